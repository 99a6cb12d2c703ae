"""The effects of automation rules: their names, and the keys that each may have beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EFFECTS = {
    "assign": "Set the assignee: a person, or `team:NAME`.",
    "comment": "Add a comment: a text, or `{reply: NAME}` for `replies/NAME.md`; with `internal: true` not public.",
    "create": "Create a ticket: `{title, type, text, tags, set, as}`; `as` is `child` or `linked`.",
    "link": "Link the ticket with another one, by id.",
    "notify": "Record in the commit who is to be told: people, teams, `assignee`, `reporter`.",
    "route": "Give the ticket to whom the routes find.",
    "set": "Set fields, e.g. `{queue: security}`; `priority: +1` is one more urgent.",
    "status": "Change the status; `resolution` beside it says how the ticket ended.",
    "stop": "Let no further rule fire for this change.",
    "tag": "Add tags.",
    "untag": "Remove tags.",
}
BARE = ("route", "stop")
"""The effects without a value."""
BESIDE = {"status": ("resolution",)}
"""The keys that may stand beside an effect."""
COMMENT_KEYS = ("text", "reply", "internal")
CREATE_KEYS = ("title", "type", "text", "tags", "set", "as")
RELATIONS = ("child", "linked")
ROLES = ("assignee", "reporter")
"""Who can be told by a word instead of a name."""


def name_of(effect: Mapping[str, Any]) -> str:
    """Return the name of an effect."""
    return next(key for key in effect if key in EFFECTS)


def listed(value: Any) -> list[str]:
    """Return the words of an effect that takes one or several."""
    return [value] if isinstance(value, str) else list(value)


def fields_of(effect: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that an effect gives a fixed value, None for a value that is not fixed."""
    name = name_of(effect)
    value = effect[name]
    if name == "set":
        return {field: None if is_step(field, text) else text for field, text in value.items()}
    if name == "status":
        return {"status": value, **({"resolution": effect["resolution"]} if "resolution" in effect else {})}
    return {"assignee": value} if name == "assign" else {"assignee": None} if name == "route" else {}


def is_step(field: str, text: str) -> bool:
    """Tell whether a value of the priority is a step, `+1` or `-1`."""
    return field == "priority" and text[:1] in {"+", "-"} and text[1:].isdecimal()


def stepped(text: str, number: int, count: int) -> str:
    """Return the priority that a step leads to; `+1` is one more urgent, within the priorities that there are."""
    step = int(text[1:][:3]) * (-1 if text[0] == "+" else 1)
    return str(min(max(number + step, 0), count - 1))
