"""Tickets from the cache; each is created when it is requested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from plaintickets.core.ticket import Ticket, list_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, ValuesView
    from typing import TypeAlias

    from plaintickets.core.frontmatter import Value

    Row: TypeAlias = tuple[str, str, str, str | None, int | None, str | None, str | None]
    Rest: TypeAlias = tuple[str, str, str]

COUNTED = frozenset(("assignee", "milestone", "parent", "reporter", "tags", "type"))
"""The keys whose values the cache counts."""
LISTED = "id, status, title, deps, priority, tags, urgency"
"""The columns of a list. An index holds them, so that a list reads none of the long rows of the table."""
REST = "path, parent, keys"
"""The other columns of a ticket."""
_SELECT = f"SELECT {LISTED}, {REST} FROM tickets WHERE status != '' AND shadowed = 0"  # noqa: S608 - a constant
_LIST = f"SELECT {LISTED} FROM tickets INDEXED BY by_status WHERE shadowed = 0 AND status"  # noqa: S608
# The conditions without a parameter are those of the indexes, each of which holds a part of the tickets.
REFERRING = f"""
{_SELECT} AND path IN (
    SELECT path FROM tickets WHERE deps IS NOT '' AND (deps IS NULL OR instr(deps, :id))
    UNION ALL SELECT path FROM tickets WHERE parent != '' AND parent = :id
)
"""  # noqa: S608 - constants
"""The query for the tickets that may depend on a ticket, and for its children."""
_SINGLE = 20  # of this many tickets the rest is read one by one, then of all at once


class Rows:
    """The rows of an open cache, which is closed when neither the tickets nor a single one of them is in use."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute
        self._connection = connection
        self._asked = 0
        self._rests: dict[str, dict[str, Rest]] = {}

    def __del__(self) -> None:
        """Close the file: a connection is in a cycle with its statements, and would stay open until it is collected."""
        self._connection.close()

    @cached_property
    def key_names(self) -> frozenset[str]:
        """Return the names of all front-matter keys."""
        return frozenset(row[0] for row in self.execute("SELECT name FROM key_names"))

    def rest(self, ticket_id: str, status: str) -> Rest:
        """Return the columns REST of a ticket that was listed."""
        self._asked += 1
        if self._asked <= _SINGLE:
            query = f"SELECT {REST} FROM tickets WHERE shadowed = 0 AND status = ? AND id = ?"  # noqa: S608 - constant
            found: Rest = self.execute(query, (status, ticket_id)).fetchone()
            return found
        if status not in self._rests:
            query = f"SELECT {REST}, id FROM tickets WHERE shadowed = 0 AND status = ?"  # noqa: S608 - constant
            self._rests[status] = {row[3]: row for row in self.execute(query, (status,))}
        return self._rests[status][ticket_id]


class StoredTicket(Ticket):
    """A ticket of the cache; its other columns are read, and its keys decoded, if the columns LISTED are not enough."""

    __slots__ = ("_deps", "_keys", "_priority", "_rest", "_rows", "_status", "_tags", "_urgency")

    def __init__(self, row: Row, rest: Rest | None, rows: Rows | None = None) -> None:
        self.id, self._status, self.title, self._deps, self._priority, self._tags, self._urgency = row
        self._rest = rest
        self._rows = rows
        self._keys: dict[str, Value] | None = None

    def _others(self) -> Rest:
        """Return the columns REST."""
        if self._rest is None and self._rows is not None:
            self._rest = self._rows.rest(self.id, self._status)
        return self._rest or ("", "", "{}")

    @property
    def path(self) -> str:  # type: ignore[override]
        """Return the store path."""
        return self._others()[0]

    @property
    def keys(self) -> dict[str, Value]:  # type: ignore[override]
        """Return the front matter."""
        if self._keys is None:
            self._keys = decoder()(self._others()[2])[0]
        return self._keys or {}

    def raw(self, name: str) -> Value:
        """Return the value of a key as the file has it; decode the other keys only if the columns lack it."""
        if self._keys is None:
            if name == "priority" and self._urgency is not None:
                return self._urgency
            if _is_plain(name):
                if not self._may_have(name):
                    return ""
                text = _text_in(self._others()[2], name)
                if text is not None:
                    return text
        return self.keys.get(name, "")

    def _may_have(self, name: str) -> bool:
        """Tell whether the ticket can have a key of a plain name; False is certain."""
        if self._rest is None and self._rows is not None and name not in self._rows.key_names:
            return False
        return f'"{name}":' in self._others()[2]

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
        return self._others()[1]

    @property
    def has_conflicts(self) -> bool:
        """Return whether a merge recorded values that were not kept."""
        return self._may_have("conflicts") and super().has_conflicts

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


def columns_of(ticket: Ticket) -> tuple[Row, Rest]:
    """Return the columns of the cache for a ticket, in the order of LISTED and of REST."""
    import json

    keys = json.dumps(ticket.keys, ensure_ascii=False, separators=(",", ":"))
    deps, tags = _joined(ticket.deps), _joined(ticket.tags)
    urgency = ticket.raw("priority")
    known = (ticket.id, ticket.status, ticket.title, deps, ticket.priority, tags)
    return (*known, urgency if isinstance(urgency, str) else None), (ticket.path, ticket.parent, keys)


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
        self._rows = Rows(connection)
        self._made: dict[str, Ticket | None] = {}
        self._has_all = False
        self._by_status: dict[tuple[str, ...], list[Ticket]] = {}

    def _find(self, ticket_id: str) -> Ticket | None:
        if ticket_id not in self._made and not self._has_all:
            row = self._rows.execute(_SELECT + " AND id = ?", (ticket_id,)).fetchone()
            self._made[ticket_id] = StoredTicket(row[:7], row[7:]) if row else None
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
        return self._rows.execute(f"{_SELECT} LIMIT 1").fetchone() is not None

    def __len__(self) -> int:
        row = self._rows.execute(f"SELECT count(*) FROM ({_SELECT})").fetchone()  # noqa: S608 - a constant
        return int(row[0])

    def values(self) -> ValuesView[Ticket]:
        """Return the tickets: those of a dictionary, which takes a third of the time of a mapping's own."""
        return self._all().values()

    def _all(self) -> dict[str, Ticket]:
        if not self._has_all:
            made = self._made
            found = sorted(self._listed("> ''"), key=lambda ticket: ticket.id)
            self._made = {ticket.id: made.get(ticket.id) or ticket for ticket in found}
            self._has_all = True
        return self._made  # type: ignore[return-value]

    def _remembered(self, found: Iterable[Ticket]) -> list[Ticket]:
        """Return the tickets; reuse those that exist, so that none is decoded twice."""
        remember = self._made.setdefault
        return [remember(ticket.id, ticket) or ticket for ticket in found]

    def _listed(self, status: str, arguments: tuple[str, ...] = ()) -> list[StoredTicket]:
        """Return the tickets with such a status."""
        rows = self._rows
        return [StoredTicket(row, None, rows) for row in rows.execute(f"{_LIST} {status}", arguments)]

    def with_status(self, test: Callable[[str], bool]) -> list[Ticket]:
        """Return the tickets whose status passes the test; read no others."""
        passing = self._passing(test)
        marks = ",".join("?" * len(passing))
        if passing and passing not in self._by_status:
            self._by_status[passing] = self._remembered(self._listed(f"IN ({marks})", passing))
        return list(self._by_status.get(passing, ()))

    def _passing(self, test: Callable[[str], bool]) -> tuple[str, ...]:
        statuses = [row[0] for row in self._rows.execute("SELECT DISTINCT status FROM tickets")]
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
        return _items(self._rows.execute(query, passing).fetchone()[0] or "")

    def key_names(self) -> set[str]:
        """Return the names of all front-matter keys, without creating the tickets."""
        return set(self._rows.key_names)

    def values_of(self, name: str) -> set[str]:
        """Return the texts that a front-matter key has in the tickets, or in their lists, without creating them."""
        if name in COUNTED:
            return {row[0] for row in self._rows.execute("SELECT value FROM key_values WHERE name = ?", (name,))}
        plain = '"' not in name and "\\" not in name and name.isprintable()
        if not plain:
            return {value for ticket in self.values() for value in texts(ticket.get(name))}
        query = "SELECT DISTINCT json_extract(keys, ?1), json_type(keys, ?1) FROM tickets WHERE instr(keys, ?2)"
        found: set[str] = set()
        for value, kind in self._rows.execute(query, (f'$."{name}"', f'"{name}":')):
            if isinstance(value, str):
                found.update(texts(decoder()(value)[0] if kind == "array" else value))
        return found

    def referring(self, ticket_id: str) -> list[Ticket]:
        """Return the tickets that depend on a ticket or are its children, and perhaps some others."""
        found = self._rows.execute(REFERRING, {"id": ticket_id})
        return [StoredTicket(row[:7], row[7:]) for row in found]
