"""The guards at entering a status: what a ticket must have before it may change to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

MOST_APPROVALS = 20
ROLES = ("assignee", "reporter")
GUARD_ENTRIES = {
    "require": Entry(
        "requirements",
        "Fields, headings of sections that hold text (`## Root cause`), and `comment` for a comment with the change. "
        "Or a mapping of `fields`, `sections` and `comment: true`.",
    ),
    "checklist": Entry("choice", "Every item `- [ ]` of its text is ticked.", ("complete",)),
    "children": Entry("choice", "Every child is closed.", ("closed",)),
    "deps": Entry("choice", "Every dependency is closed.", ("closed",)),
    "approvals": Entry("approvals", "How many people approve, or the entries of an approval guard."),
}
APPROVAL_ENTRIES = {
    "count": Entry("text", f"How many different people approve, 1 to {MOST_APPROVALS}; without it 1."),
    "from": Entry("names", "Who may approve: `team:NAME` and people; without it everybody."),
    "not": Entry("names", "Who may not: `assignee`, `reporter`, `team:NAME` and people."),
}
_REQUIRE_KEYS = ("fields", "sections", "comment")


def read_guards(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    """Return the guards of a status as plain values."""
    found: dict[str, Any] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in GUARD_ENTRIES:
            findings.unknown(spot, "guard", key, GUARD_ENTRIES)
        elif key == "require":
            found[key] = read_requirements(findings, spot, value)
        elif key == "approvals":
            found[key] = _read_approvals(findings, spot, value)
        else:
            found[key] = findings.choice(spot, value, GUARD_ENTRIES[key].choices)
    return {key: value for key, value in found.items() if value}


def read_requirements(findings: Findings, where: Where, raw: Value) -> list[str]:
    """Return what must be there: fields, `## Heading` or a heading, and `comment`."""
    if not isinstance(raw, dict):
        return read_listed(findings, where, raw)
    found: list[str] = []
    for key, value in raw.items():
        spot = (*where, key)
        if key not in _REQUIRE_KEYS:
            findings.unknown(spot, "key", key, _REQUIRE_KEYS)
        elif key == "comment":
            found += ["comment"] if findings.boolean(spot, value) else []
        else:
            names = read_listed(findings, spot, value)
            found += [f"## {name.lstrip('# ')}" for name in names] if key == "sections" else names
    return found


def read_listed(findings: Findings, where: Where, raw: Value) -> list[str]:
    """Return lines of text from a list, or from one that stands alone."""
    return [*(findings.names(where, [raw] if isinstance(raw, str) and raw else raw, plain=False) or ())]


def _read_approvals(findings: Findings, where: Where, raw: Value) -> dict[str, Any]:
    if isinstance(raw, str):
        return {"count": _read_count(findings, where, raw)}
    found: dict[str, Any] = {"count": 1}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        if key not in APPROVAL_ENTRIES:
            findings.unknown(spot, "key", key, APPROVAL_ENTRIES)
        elif key == "count":
            found[key] = _read_count(findings, spot, value)
        else:
            found[key] = read_listed(findings, spot, value)
    return found


def _read_count(findings: Findings, where: Where, raw: Value) -> int:
    text = findings.text(where, raw)
    if text is None:
        return 1
    if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= MOST_APPROVALS:
        return int(text)
    findings.add(where, "config-value", f"count must be a whole number from 1 to {MOST_APPROVALS}, not {quoted(text)}")
    return 1


def requirements_schema() -> Json:
    """Return the schema of what must be there."""
    names: Json = {"type": "array", "items": schema_parts.TEXT}
    entries: dict[str, Json] = {"fields": names, "sections": names, "comment": {"type": "boolean"}}
    return {"anyOf": [names, schema_parts.TEXT, schema_parts.closed(entries)]}


def guards_schema() -> Json:
    """Return the schema of the guards of a status."""
    number: Json = {"type": "integer", "minimum": 1, "maximum": MOST_APPROVALS}
    names: Json = {"anyOf": [schema_parts.TEXT, {"type": "array", "items": schema_parts.TEXT}]}
    approvals = schema_parts.closed({"count": number, "from": names, "not": names})
    shapes: dict[str, Json] = {
        "require": requirements_schema(),
        "checklist": {"enum": ["complete"]},
        "children": {"enum": ["closed"]},
        "deps": {"enum": ["closed"]},
        "approvals": {"anyOf": [number, approvals]},
    }
    return schema_parts.closed(
        {key: {"description": entry.meaning, **shapes[key]} for key, entry in GUARD_ENTRIES.items()}
    )


PAGES = (Page("A guard", "", GUARD_ENTRIES), Page("An approval guard", "", APPROVAL_ENTRIES))
