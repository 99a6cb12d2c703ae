"""Tickets as JSON: stable names, strings as they were typed, numbers where the format has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.change import Change
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.ticket import Ticket

FORMAT = 1
_LISTS = ("deps", "links", "tags")


def ticket_object(ticket: Ticket) -> dict[str, object]:
    """One ticket: every key of its front matter, the lists as lists, the priority as a number, and its title."""
    keys: dict[str, object] = {"id": ticket.id, "title": ticket.title, "status": ticket.status, "type": ticket.type}
    keys["priority"] = ticket.priority
    for name in _LISTS:
        keys[name] = list(ticket.items(name))
    for name, value in ticket.keys.items():
        keys.setdefault(name, value)
    keys["id"] = ticket.id
    keys["path"] = ticket.path
    return keys


def change_object(change: Change) -> dict[str, object]:
    """A change of one field; null stands for an absent one."""
    field = change.field.removeprefix("key:")
    return {"ticket": change.ticket, "field": field, "before": change.before, "after": change.after}


def query_object(ticket: Ticket) -> dict[str, Value | int]:
    """One ticket as `tk query` has always printed it: its keys in file order as typed, the lists as lists."""
    keys: dict[str, Value | int] = {}
    for name, value in ticket.keys.items():
        keys[name] = list(ticket.items(name)) if name in _LISTS else value
    keys["id"] = ticket.id
    return keys


def document(name: str, values: Iterable[object], **more: object) -> str:
    """An object with the number of the format and one list."""
    return dumps({"format": FORMAT, name: list(values), **more})


def dumps(value: object) -> str:
    """JSON on several lines, with text left readable."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=2).translate(_ESCAPED)


def dumps_line(value: object) -> str:
    """JSON on one line."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)


def escaped(text: str) -> str:
    """JSON of another program, with what a terminal would act upon escaped."""
    return text.translate(_ESCAPED)


# What JSON allows raw and a terminal, or a lone surrogate's reader, does not.
_ESCAPED = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}
