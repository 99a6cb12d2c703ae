"""The names allowed in a query: fields, their short forms, states."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# The type of each field that the format itself defines; the context knows the others.
FIXED_TYPES = {
    "id": "ticket",
    "title": "text",
    "body": "text",
    "comments": "text",
    "status": "enum",
    "type": "enum",
    "priority": "priority",
    "resolution": "enum",
    "assignee": "person",
    "reporter": "person",
    "parent": "ticket",
    "duplicate-of": "ticket",
    "deps": "ticket",
    "links": "ticket",
    "tags": "list",
    "created": "datetime",
    "closed": "datetime",
    "due": "datetime",
    "external-ref": "string",
    "wake": "datetime",
}
OFFERED = (
    "affects",
    "component",
    "concerns",
    "customer",
    "estimate",
    "milestone",
    "queue",
    "rating",
    "service",
    "severity",
)
ALIASES = {
    "blocked-by": "deps",
    "comment": "comments",
    "dep": "deps",
    "depends-on": "deps",
    "description": "body",
    "duplicate": "duplicate-of",
    "ext": "external-ref",
    "external": "external-ref",
    "label": "tags",
    "labels": "tags",
    "link": "links",
    "note": "comments",
    "notes": "comments",
    "owner": "assignee",
    "p": "priority",
    "prio": "priority",
    "state": "status",
    "tag": "tags",
}
COMPUTED = ("age", "in-class", "in-status", "left", "sla", "updated")
"""The fields that no ticket holds."""
WITHOUT_POLICIES = ("age", "in-class", "in-status", "updated")
"""Those that a store without policies has."""
CLOCK_TIMES = {
    "first_response_time": "first_response",
    "next_response_time": "next_response",
    "resolution_time": "resolution",
    "update_time": "update",
}
"""The columns of a list that say how long a clock took until it was met, and the name of the clock."""
OF_CLOCKS = ("clock", "left", *CLOCK_TIMES)
"""The columns that need a policy, and by which a list can be sorted."""
OF_POLICIES = (*OF_CLOCKS, "sla")
"""All columns that need a policy."""
OF_HISTORY = ("in-status", "updated")
"""The columns that the history of a ticket says."""
TEXT_FIELDS = frozenset({"title", "body", "comments"})
PREDICATES = frozenset({"is", "has", "no"})
STATES = ("open", "closed", "ready", "blocked", "overdue", "active", "waiting")
CLOCK_STATES = ("running", "warning", "paused", "breached", "met", "ended", "none")
STATE_ALIASES = {"done": "closed"}


def is_plain(name: str) -> bool:
    """Tell whether the name needs no quotes: letters, digits, `_`, `-`, `.` only."""
    if not name or not (name[0].isalpha() or name[0] == "_"):
        return False
    return name.isalnum() or all(c.isalnum() or c in "_-." for c in name)


def resolve(name: str, known: Collection[str] | None) -> str | None:
    """Return the field that a name means, or None; if `known` is None, every name is a field.

    An exact name precedes a short form, so that a store with a key `owner` can query it.
    """
    if known is not None and name in known:
        return name
    simple = name.casefold().replace("_", "-")
    if simple in FIXED_TYPES:
        return simple
    if simple in ALIASES:
        return ALIASES[simple]
    for candidate in sorted(known or ()):
        if candidate.casefold().replace("_", "-") == simple:
            return candidate
    if simple in OFFERED:
        return simple
    return name if known is None else None


def is_known(name: str, known: Collection[str] | None) -> bool:
    """Tell whether exactly this name is a field."""
    return known is None or name in known or name in FIXED_TYPES or name in OFFERED


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean …?` with the similar names, or an empty text."""
    from difflib import get_close_matches

    close = get_close_matches(name[:64].casefold(), sorted(set(candidates)), n=3, cutoff=0.7)
    found = dict.fromkeys(ALIASES.get(candidate, candidate) for candidate in close)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def unknown_field(name: str, known: Collection[str]) -> str:
    """Return the hint for a field that does not exist."""
    return nearest(name, {*known, *FIXED_TYPES, *OFFERED, *ALIASES, *PREDICATES})
