"""A readable ticket: its raw keys, and properties for the most used ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.frontmatter import Value as Value  # noqa: PLC0414 - re-exported for readers of tickets

PRIORITY_NAMES = ("critical", "high", "medium", "low", "backlog")
DEFAULT_PRIORITY = 2
DEFAULTS = {"status": "open", "type": "task", "priority": str(DEFAULT_PRIORITY)}
"""The values of keys that a ticket's file does not have."""


def id_of(path: str) -> str:
    """Return the ticket id of a store path (`pt-1.md`, `archive/2026/pt-1.md`)."""
    return path.rpartition("/")[2].removesuffix(".md")


class Ticket:
    """One readable ticket. `path` is relative to the store; `keys` are the front matter in file order."""

    __slots__ = ("id", "keys", "path", "title")

    def __init__(self, ticket_id: str, path: str, keys: dict[str, Value], title: str) -> None:
        self.id = ticket_id
        self.path = path
        self.keys = keys
        self.title = title

    def __repr__(self) -> str:
        return f"Ticket({self.id!r}, {self.status!r}, {self.title!r})"

    def get(self, name: str) -> Value | None:
        """Return the raw value of a key, None if it is absent."""
        return self.title if name == "title" else self.keys.get(name)

    def raw(self, name: str) -> Value:
        """Return the value of a key as the file has it, an empty text if it is absent."""
        return self.keys.get(name, "")

    def text(self, name: str) -> str:
        """Return a key's value if it is a string, else an empty one."""
        value = self.keys.get(name)
        return value if isinstance(value, str) else ""

    def items(self, name: str) -> tuple[str, ...]:
        """Return a key's value as a list; a string counts as a list of one, or as comma-separated items."""
        return list_of(self.keys.get(name))

    @property
    def status(self) -> str:
        """Return the status, `open` if the file has none."""
        return self.text("status") or DEFAULTS["status"]

    @property
    def type(self) -> str:
        """Return the type, `task` if the file has none."""
        return self.text("type") or DEFAULTS["type"]

    @property
    def priority(self) -> int | None:
        """Return the priority from 0 (most urgent) to 4; 2 if the file has none; None if it cannot be read."""
        raw = self.text("priority")
        return priority_number(raw) if raw else DEFAULT_PRIORITY

    @property
    def assignee(self) -> str:
        """Return the assignee, or an empty string."""
        return self.text("assignee")

    @property
    def parent(self) -> str:
        """Return the id of the parent, or an empty string."""
        return self.text("parent")

    @property
    def deps(self) -> tuple[str, ...]:
        """Return the ids of the dependencies."""
        return self.items("deps")

    @property
    def links(self) -> tuple[str, ...]:
        """Return the ids of related tickets."""
        return self.items("links")

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags."""
        return self.items("tags")

    @property
    def created(self) -> str:
        """Return the time of creation, as written."""
        return self.text("created")

    @property
    def has_conflicts(self) -> bool:
        """Return whether a merge recorded values that were not kept."""
        return bool(self.keys.get("conflicts"))

    @property
    def closed(self) -> str:
        """Return the time when it was last closed, as written."""
        return self.text("closed")


def has_approvals(keys: Mapping[str, Value]) -> bool:
    """Tell whether anybody approved or rejected a ticket."""
    return bool(keys.get("approvals") or keys.get("rejections"))


def has_computed(keys: Mapping[str, Value]) -> bool:
    """Tell whether `tk show` computes something from the fields of a ticket: approvals, or what it concerns."""
    return has_approvals(keys) or bool(keys.get("concerns"))


def list_of(value: Value | None) -> tuple[str, ...]:
    """Return a raw value as a flat list of strings."""
    if not value:
        return ()
    if isinstance(value, list):
        return tuple([item for item in value if item and isinstance(item, str)])
    if isinstance(value, str):
        return tuple([part for part in map(str.strip, value.split(",")) if part])
    return ()


def priority_number(text: str) -> int | None:
    """Return `1`, `P1` or `high` as 0 to 4, else None."""
    word = text.strip().casefold()
    if word in PRIORITY_NAMES:
        return PRIORITY_NAMES.index(word)
    word = word.removeprefix("p")
    return int(word) if len(word) == 1 and word in "01234" else None
