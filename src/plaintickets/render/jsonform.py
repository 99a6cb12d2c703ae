"""Tickets as JSON, with stable names; strings are unchanged, and numbers are numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.change import Change
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.ticket import Ticket

FORMAT = 1
_LISTS = ("deps", "links", "tags")


def ticket_object(ticket: Ticket) -> dict[str, object]:
    """Return one ticket: every key of its front matter, and its title; lists are lists, the priority is a number."""
    found: dict[str, object] = {
        "id": ticket.id, "title": ticket.title, "status": ticket.status, "type": ticket.type,
        "priority": ticket.priority, "deps": list(ticket.deps), "links": list(ticket.links), "tags": list(ticket.tags),
    }  # fmt: skip
    for name, value in ticket.keys.items():
        if name not in found:
            found[name] = value
    found["path"] = ticket.path
    return found


def change_object(change: Change) -> dict[str, object]:
    """Return a change of one field; null means an absent field."""
    field = change.field.removeprefix("key:")
    return {"ticket": change.ticket, "field": field, "before": change.before, "after": change.after}


def query_object(ticket: Ticket) -> dict[str, Value | int]:
    """Return one ticket in the format of `tk query`: its keys in file order, unchanged, the lists as lists."""
    keys: dict[str, Value | int] = {}
    for name, value in ticket.keys.items():
        keys[name] = list(ticket.items(name)) if name in _LISTS else value
    keys["id"] = ticket.id
    return keys


def listed(name: str, values: Iterable[object], **more: object) -> dict[str, object]:
    """Return an object with the version of the format and one list."""
    return {"format": FORMAT, name: list(values), **more}


def document(name: str, values: Iterable[object], **more: object) -> str:
    """Return that object as JSON."""
    return dumps(listed(name, values, **more))


def written(commit: str, **shown: object) -> dict[str, object]:
    """Return the object of a command that wrote; the commit is null if nothing was committed."""
    return {"format": FORMAT, "commit": commit or None, **shown}


def status_objects(tickets: Iterable[Ticket], *, with_assignee: bool) -> list[dict[str, object]]:
    """Return the tickets of a command that changes their status."""
    found: list[dict[str, object]] = []
    for ticket in tickets:
        assignee = {"assignee": ticket.assignee or None} if with_assignee else {}
        found.append({"id": ticket.id, "status": ticket.status, **assignee})
    return found


def error_object(message: str, hint: str | None, code: int) -> dict[str, object]:
    """Return the object of a command that failed."""
    return {"format": FORMAT, "error": {"message": message, "hint": hint, "exit_code": code}}


def dumps(value: object) -> str:
    """Return JSON on several lines, without escaping letters outside ASCII."""
    from plaintickets.render.indented_json import indented

    return indented(value).translate(_ESCAPED)


def dumps_line(value: object) -> str:
    """Return JSON on one line."""
    return dumps_lines((value,))


def dumps_lines(values: Iterable[object]) -> str:
    """Return the JSON of each value on a line; escape the whole, which takes a fraction of escaping each."""
    return "\n".join(map(_encoder(), values)).translate(_ESCAPED)


@cache
def _encoder() -> Callable[[object], str]:
    """Return the function that encodes a value; `json.dumps` makes a new encoder for each."""
    import json

    return json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def escaped(text: str) -> str:
    """Return the JSON of another program, with control characters escaped."""
    return text.translate(_ESCAPED)


# Characters that JSON allows unescaped, but that are unsafe on a terminal, and lone surrogates.
_ESCAPED = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}
