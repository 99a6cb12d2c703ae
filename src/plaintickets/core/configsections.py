"""The check of the sections that hold names: statuses, types, fields, priorities, queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.builtinfields import RESERVED
from plaintickets.core.config import KINDS, Field, Silence, Status, TicketType
from plaintickets.core.quoting import quoted
from plaintickets.core.settings import (
    FIELD_ENTRIES,
    LEVELS,
    SILENCE_ENTRIES,
    STATUS_ENTRIES,
    TYPE_ENTRIES,
    Entry,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from plaintickets.core.config import Kind
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.ticket import Value

MOST_PRIORITIES = 5
LISTS_OF_TYPE = ("required", "required_to_close", "offered", "sections", "sections_to_close")
_FREE_LISTS = ("sections", "sections_to_close", "values")


def read_statuses(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Status, ...] | None:
    """Return the statuses, one of the class open and one of the class done at least."""
    statuses: list[Status] = []
    noted = len(findings.problems)
    for name, spot, value in _named(findings, where, raw):
        entries = _entries(findings, spot, value, STATUS_ENTRIES, short="class")
        if "class" not in entries:
            message = f"status {name} needs a class: {' '.join(KINDS)}"
            findings.add(spot, "config-missing", message)
        # One without a good class stays, so that what names it is not a problem as well.
        kind: Kind = entries.get("class") or "active"
        text = entries.get("description") or ""
        statuses.append(Status(name, kind, entries.get("transitions"), text))
    if not statuses or findings.problems[noted:]:
        return tuple(statuses) or None
    for kind in ("open", "done"):
        if all(status.kind != kind for status in statuses):
            findings.add(where, "config-missing", f"no status is of the class {kind}")
            return None
    return tuple(statuses)


def read_types(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[TicketType, ...] | None:
    """Return the types, from a mapping or from a plain list of names."""
    if isinstance(raw, list):
        return tuple(TicketType(name) for name in findings.names(where, raw) or ()) or None
    types: list[TicketType] = []
    for name, spot, value in _named(findings, where, raw):
        entries = _entries(findings, spot, value, TYPE_ENTRIES, short="description")
        lists = (entries.get(key) or () for key in LISTS_OF_TYPE)
        types.append(TicketType(name, entries.get("description") or "", *lists))
    return tuple(types) or None


def read_fields(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Field, ...] | None:
    """Return the fields of a store's own."""
    fields: list[Field] = []
    for name, spot, value in _named(findings, where, raw):
        if name.casefold() in RESERVED:
            findings.add(spot, "config-reserved", f"{quoted(name)} is a reserved field name")
            continue
        entries = _entries(findings, spot, value, FIELD_ENTRIES, short="type")
        field = Field(
            name,
            entries.get("type") or "string",
            entries.get("values") or (),
            bool(entries.get("multiple")),
            entries.get("description") or "",
        )
        if field.type == "enum" and not field.values:
            message = f"field {name} of type enum needs values, e.g. [low, high]"
            findings.add(spot, "config-missing", message)
        fields.append(field)
    return tuple(fields)


def read_priorities(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[str, ...] | None:
    """Return the names by number, from a list or from a mapping that counts from 0."""
    if isinstance(raw, dict):
        if list(raw) != [str(number) for number in range(len(raw))]:
            message = "priorities must be numbered 0, 1, 2, … in this order"
            findings.add(where, "config-value", message)
            return None
        names = findings.names(where, list(raw.values()))
    else:
        names = findings.names(where, raw)
    if names is None:
        return None
    for index, name in enumerate(names):
        # `P0` to `P4` name their own numbers, in their own order.
        if name.isdecimal() or (name[0] in "pP" and name[1:].isdecimal() and name[1:] != str(index)):
            message = f"{quoted(name)} cannot be the name of a priority: it reads as a number"
            findings.add((*where, index), "config-value", message)
            return None
    if not 1 <= len(names) <= MOST_PRIORITIES:
        findings.add(where, "config-value", "there must be 1 to 5 priorities")
        return None
    return names


def read_names(findings: Findings, where: Where, raw: Value, setting: Setting) -> tuple[str, ...] | None:
    """Return the names of a list."""
    return findings.names(where, raw, plain=setting.key not in ("aliases", "ignore", "people"))


def read_queries(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the saved queries by name."""
    queries = {}
    for name, spot, value in _named(findings, where, raw):
        if text := findings.text(spot, value):
            queries[name] = text
        elif text == "":
            findings.add(spot, "config-missing", f"the query {name} is empty")
    return queries


def read_words(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the words of closing trailers, each with its resolution or an empty text."""
    if isinstance(raw, list):
        names = findings.names(where, raw)
        return None if names is None else dict.fromkeys(names, "")
    texts = {name: findings.text(spot, value) for name, spot, value in _named(findings, where, raw)}
    return {name: text for name, text in texts.items() if text is not None} or None


def read_levels(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, str] | None:
    """Return the levels of rules by code."""
    levels = {}
    for code, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, code)
        if _is_rule(findings, spot, code, changed=True) and (level := findings.choice(spot, value, LEVELS)):
            levels[code] = level
    return levels


def read_silences(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Silence, ...] | None:
    """Return what is not to be reported."""
    if not isinstance(raw, list):
        findings.add(where, "config-type", "check.silence must be a list, each item with rule, ticket and reason")
        return None
    silences = []
    for index, item in enumerate([] if findings.is_too_long(where, raw) else raw):
        spot = (*where, index)
        entries = _entries(findings, spot, item, SILENCE_ENTRIES, short="rule")
        missing = [key for key in ("rule", "reason") if key not in entries or entries[key] == ""]
        if missing:
            findings.add(spot, "config-missing", f"what is silenced needs a {' and a '.join(missing)}")
        elif entries["reason"] and entries["rule"] and _is_rule(findings, (*spot, "rule"), entries["rule"]):
            silences.append(Silence(entries["rule"], entries.get("ticket") or "*", entries["reason"]))
    return tuple(silences)


def _is_rule(findings: Findings, where: Where, code: str, *, changed: bool = False) -> bool:
    """Tell whether a rule of that code can be silenced, or its level `changed`, noting why not."""
    from plaintickets.core.checks.rules import RULES

    rule = RULES.get(code)
    if rule is None:
        findings.unknown(where, "rule", code, RULES)
    elif rule.group == "settings" or (changed and rule.fixed):
        findings.add(where, "config-value", f"the rule {code} is always an error")
    else:
        return True
    return False


def _named(findings: Findings, where: Where, raw: Value) -> Iterator[tuple[str, Where, Value]]:
    """Give the entries of a section whose names are good, noting the others."""
    entries = findings.mapping(where, raw)
    # An empty section is a slip; a key without a value never comes here.
    if entries == {}:
        findings.add(where, "config-missing", f"{where[0]} is empty")
    if not entries or findings.is_too_long(where, entries):
        return
    seen: set[str] = set()
    for name, value in entries.items():
        spot = (*where, name)
        if findings.is_name(spot, name) and not findings.is_repeated(spot, name, seen):
            yield name, spot, value


def _entries(findings: Findings, where: Where, raw: Value, known: Mapping[str, Entry], short: str) -> dict[str, Any]:
    """Return the checked entries of a status, type or field; None stands for a bad one.

    A plain text in place of the entries is the entry `short`.
    """
    if isinstance(raw, str):
        raw = {short: raw} if raw else {}
    found: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in known:
            findings.unknown(spot, "key", key, known)
            continue
        entry = known[key]
        if entry.shape == "choice":
            found[key] = findings.choice(spot, value, entry.choices)
        elif entry.shape == "boolean":
            found[key] = findings.boolean(spot, value)
        elif entry.shape == "names":
            found[key] = findings.names(spot, value, plain=key not in _FREE_LISTS)
        else:
            found[key] = findings.text(spot, value)
    return found


SECTIONS: dict[str, Callable[[Findings, Where, Value, Setting], Any]] = {
    "fields": read_fields,
    "levels": read_levels,
    "names": read_names,
    "priorities": read_priorities,
    "queries": read_queries,
    "silences": read_silences,
    "statuses": read_statuses,
    "types": read_types,
    "words": read_words,
}
