"""Check values of several sections: named entries, and the keys of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.settings.guards import read_guards, read_requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.model import Entry
    from plaintickets.core.ticket import Value

    Reader = Callable[[Findings, Where, Value], Any]

_FREE_LISTS = ("sections", "sections_to_close", "values")


def named(findings: Findings, where: Where, raw: Value) -> Iterator[tuple[str, Where, Value]]:
    """Yield the entries of a section with valid names; record problems of the others."""
    entries = findings.mapping(where, raw)
    # An empty section is a mistake; a key without a value never gets here.
    if entries == {}:
        findings.add(where, "config-missing", f"{where[0]} is empty")
    if not entries or findings.is_too_long(where, entries):
        return
    seen: set[str] = set()
    for name, value in entries.items():
        spot = (*where, name)
        if findings.is_name(spot, name) and not findings.is_repeated(spot, name, seen):
            yield name, spot, value


def read_sections(
    findings: Findings, where: Where, raw: Value, known: Mapping[str, Entry], short: str
) -> dict[str, dict[str, Any]]:
    """Return the entries of each name that are given, as plain values, so that the cache can hold them."""
    found: dict[str, dict[str, Any]] = {}
    for name, spot, value in named(findings, where, raw):
        entries = read_entries(findings, spot, value, known, short)
        found[name] = {key: [*one] if isinstance(one, tuple) else one for key, one in entries.items() if one}
    return found


def read_entries(
    findings: Findings, where: Where, raw: Value, known: Mapping[str, Entry], short: str = "",
    readers: Mapping[str, Reader] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the checked entries of a section, a status, a type or a field; None for an invalid one.

    A plain text instead of the entries is the entry `short`. `readers` read keys or shapes that only this section has.
    """
    if short and isinstance(raw, str):
        raw = {short: raw} if raw else {}
    found: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in known:
            findings.unknown(spot, "key", key, known)
            continue
        entry = known[key]
        if reader := readers and (readers.get(key) or readers.get(entry.shape)):
            found[key] = reader(findings, spot, value)
        elif entry.shape == "choice":
            found[key] = findings.choice(spot, value, entry.choices)
        elif entry.shape == "boolean":
            found[key] = findings.boolean(spot, value)
        elif entry.shape == "guards":
            found[key] = read_guards(findings, spot, value)
        elif entry.shape == "requirements by status":
            rows = (findings.mapping(spot, value) or {}).items()
            found[key] = {status: read_requirements(findings, (*spot, status), one) for status, one in rows}
        elif entry.shape == "names":
            found[key] = findings.names(spot, value, plain=key not in _FREE_LISTS)
        else:
            found[key] = findings.text(spot, value)
    return found


def checked_query(findings: Findings, where: Where, text: str) -> str | None:
    """Return the text of a query, None for one that cannot be read, which is recorded."""
    from plaintickets.core.query import QueryError, parse

    try:
        parse(text, None)
    except QueryError as error:
        findings.add(where, "config-value", f"the query cannot be read: {str(error).splitlines()[0]}")
        return None
    return text
