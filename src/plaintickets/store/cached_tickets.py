"""Tickets from the cache; each is created when it is requested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from plaintickets.core.ticket import Ticket, list_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, ValuesView
    from typing import TypeAlias

    from plaintickets.core.frontmatter import Value

    Row: TypeAlias = tuple[str, str, str, str, str | None, str, int | None, str | None, str | None, str]

COUNTED = frozenset(("assignee", "milestone", "parent", "reporter", "tags", "type"))
"""The keys whose values the cache counts."""
COLUMNS = "id, path, status, title, deps, parent, priority, tags, urgency, keys"
_SELECT = f"SELECT {COLUMNS} FROM tickets WHERE status != '' AND shadowed = 0"  # noqa: S608 - a constant


class StoredTicket(Ticket):
    """A ticket of the cache; its keys are decoded if more than the columns is needed."""

    __slots__ = ("_deps", "_json", "_keys", "_parent", "_priority", "_status", "_tags", "_urgency")

    def __init__(self, row: Row) -> None:
        self.id, self.path, self._status, self.title, self._deps, self._parent, self._priority = row[:7]
        self._tags, self._urgency, self._json = row[7:]
        self._keys: dict[str, Value] | None = None

    @property
    def keys(self) -> dict[str, Value]:  # type: ignore[override]
        """Return the front matter."""
        if self._keys is None:
            self._keys = decoder()(self._json)[0]
        return self._keys or {}

    def raw(self, name: str) -> Value:
        """Return the value of a key as the file has it; decode the other keys only if the columns lack it."""
        if self._keys is None:
            if name == "priority" and self._urgency is not None:
                return self._urgency
            if _is_plain(name):
                if f'"{name}":' not in self._json:
                    return ""
                text = _text_in(self._json, name)
                if text is not None:
                    return text
        return self.keys.get(name, "")

    def text(self, name: str) -> str:
        """Return a key's value if it is a string, else an empty one."""
        value = self.raw(name)
        return value if isinstance(value, str) else ""

    @property
    def status(self) -> str:
        """Return the status."""
        return self._status

    @property
    def priority(self) -> int | None:
        """Return the priority, from 0 (most urgent) to 4; None if it cannot be read."""
        return self._priority

    @property
    def parent(self) -> str:
        """Return the id of the parent, or an empty string."""
        return self._parent

    @property
    def has_conflicts(self) -> bool:
        """Return whether a merge recorded values that were not kept."""
        return '"conflicts":' in self._json and super().has_conflicts

    @property
    def deps(self) -> tuple[str, ...]:
        """Return the ids of the dependencies."""
        return _items(self._deps) if self._deps is not None else super().deps

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags."""
        return _items(self._tags) if self._tags is not None else super().tags


@cache
def decoder() -> Callable[[str], tuple[Any, int]]:
    """Return the function that decodes one JSON text; `json.loads` takes twice the time for a small one."""
    import json

    return json.JSONDecoder().raw_decode


@cache
def _is_plain(name: str) -> bool:
    """Return whether JSON writes a name unchanged."""
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _text_in(json: str, name: str) -> str | None:
    """Return the text of a key in the JSON of an object; None if it has another shape or must be decoded."""
    if json.rfind("{"):  # an inner object, which may have a key of this name, or a text with that character
        return None
    key = f'"{name}":"'
    start = json.find(key) + len(key)
    if start < len(key) or json[start - len(key) - 1] == "\\":  # a quotation mark in the name of another key
        return None
    text = json[start : json.index('"', start)]
    return None if "\\" in text else text


def columns_of(ticket: Ticket) -> Row:
    """Return the columns of the cache for a ticket, in the order of COLUMNS."""
    import json

    keys = json.dumps(ticket.keys, ensure_ascii=False, separators=(",", ":"))
    deps, tags = _joined(ticket.deps), _joined(ticket.tags)
    urgency = ticket.raw("priority")
    known = (ticket.id, ticket.path, ticket.status, ticket.title, deps, ticket.parent, ticket.priority)
    return (*known, tags, urgency if isinstance(urgency, str) else None, keys)


def _joined(items: tuple[str, ...]) -> str | None:
    """Return items as one text, None if the text could not be split again."""
    text = "\n".join(items)
    return text if _items(text) == items else None


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def texts(value: Value | None) -> tuple[str, ...]:
    """Return the texts in a value: it, or those of a list."""
    return list_of(value) if isinstance(value, list) else (value,) if isinstance(value, str) and value else ()


class StoredTickets(Mapping[str, Ticket]):
    """All tickets of the cache by id; single ones are looked up, and all are read only if needed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._made: dict[str, Ticket | None] = {}
        self._has_all = False
        self._by_status: dict[tuple[str, ...], list[Ticket]] = {}

    def __del__(self) -> None:
        """Close the file: a connection is in a cycle with its statements, and would stay open until it is collected."""
        self._connection.close()

    def _find(self, ticket_id: str) -> Ticket | None:
        if ticket_id not in self._made and not self._has_all:
            row = self._connection.execute(_SELECT + " AND id = ?", (ticket_id,)).fetchone()
            self._made[ticket_id] = StoredTicket(row) if row else None
        return self._made.get(ticket_id)

    def __getitem__(self, ticket_id: str) -> Ticket:
        ticket = self._find(ticket_id)
        if ticket is None:
            raise KeyError(ticket_id)
        return ticket

    def __contains__(self, ticket_id: object) -> bool:
        return isinstance(ticket_id, str) and self._find(ticket_id) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __bool__(self) -> bool:
        return self._connection.execute(f"{_SELECT} LIMIT 1").fetchone() is not None

    def __len__(self) -> int:
        row = self._connection.execute(f"SELECT count(*) FROM ({_SELECT})").fetchone()  # noqa: S608 - a constant
        return int(row[0])

    def values(self) -> ValuesView[Ticket]:
        """Return the tickets: those of a dictionary, which takes a third of the time of a mapping's own."""
        return self._all().values()

    def _all(self) -> dict[str, Ticket]:
        if not self._has_all:
            made = self._made
            found = {ticket.id: made.get(ticket.id) or ticket for ticket in self._select(_SELECT)}
            self._made = dict(found)
            self._has_all = True
        return self._made  # type: ignore[return-value]

    def _remembered(self, found: Iterable[Ticket]) -> list[Ticket]:
        """Return the tickets; reuse those that exist, so that none is decoded twice."""
        remember = self._made.setdefault
        return [remember(ticket.id, ticket) or ticket for ticket in found]

    def _select(self, query: str, arguments: tuple[str, ...] = ()) -> Iterable[Ticket]:
        return map(StoredTicket, self._connection.execute(query, arguments).fetchall())

    def with_status(self, test: Callable[[str], bool]) -> list[Ticket]:
        """Return the tickets whose status passes the test; read no others."""
        passing = self._passing(test)
        marks = ",".join("?" * len(passing))
        if passing and passing not in self._by_status:
            found = self._select(f"{_SELECT} AND status IN ({marks})", passing)
            self._by_status[passing] = self._remembered(found)
        return list(self._by_status.get(passing, ()))

    def _passing(self, test: Callable[[str], bool]) -> tuple[str, ...]:
        statuses = [row[0] for row in self._connection.execute("SELECT DISTINCT status FROM tickets")]
        return tuple(status for status in statuses if status and test(status))

    def ids_of_status(self, test: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the ids of the tickets whose status passes the test, without creating the tickets."""
        passing = self._passing(test)
        marks = ",".join("?" * len(passing))
        # As one text: a row for each of 6,000 ids takes twice the time. No id has a line break.
        query = (
            "SELECT group_concat(id, char(10)) FROM tickets "  # noqa: S608 - marks only
            f"WHERE shadowed = 0 AND status IN ({marks})"
        )
        return _items(self._connection.execute(query, passing).fetchone()[0] or "")

    def key_names(self) -> set[str]:
        """Return the names of all front-matter keys, without creating the tickets."""
        return {row[0] for row in self._connection.execute("SELECT name FROM key_names")}

    def values_of(self, name: str) -> set[str]:
        """Return the texts that a front-matter key has in the tickets, or in their lists, without creating them."""
        if name in COUNTED:
            return {row[0] for row in self._connection.execute("SELECT value FROM key_values WHERE name = ?", (name,))}
        plain = '"' not in name and "\\" not in name and name.isprintable()
        if not plain:
            return {value for ticket in self.values() for value in texts(ticket.get(name))}
        query = "SELECT DISTINCT json_extract(keys, ?1), json_type(keys, ?1) FROM tickets WHERE instr(keys, ?2)"
        found: set[str] = set()
        for value, kind in self._connection.execute(query, (f'$."{name}"', f'"{name}":')):
            if isinstance(value, str):
                found.update(texts(decoder()(value)[0] if kind == "array" else value))
        return found

    def referring(self, ticket_id: str) -> list[Ticket]:
        """Return the tickets that depend on a ticket or are its children, and perhaps some others."""
        return list(self._select(_SELECT + " AND (instr(deps, ?) OR parent = ?)", (ticket_id, ticket_id)))
