"""Tickets out of the cache, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from plaintickets.core.frontmatter import Value

COLUMNS = "id, path, status, title, deps, parent, priority, keys"
_SELECT = f"SELECT {COLUMNS} FROM tickets WHERE status != '' AND shadowed = 0"  # noqa: S608 - a constant


class StoredTicket(Ticket):
    """A ticket of the cache; its keys are decoded when something asks for more than the columns have."""

    __slots__ = ("_deps", "_json", "_keys", "_parent", "_priority", "_status")

    def __init__(self, row: tuple[str, str, str, str, str, str, int | None, str]) -> None:
        self.id, self.path, self._status, self.title, self._deps, self._parent, self._priority, self._json = row
        self._keys: dict[str, Value] | None = None

    @property
    def keys(self) -> dict[str, Value]:  # type: ignore[override]
        """The front matter."""
        if self._keys is None:
            import json

            self._keys = json.loads(self._json)
        return self._keys or {}

    @property
    def status(self) -> str:
        """The status."""
        return self._status

    @property
    def priority(self) -> int | None:
        """0 (most urgent) to 4; None where it cannot be read."""
        return self._priority

    @property
    def parent(self) -> str:
        """The id of the parent, or an empty string."""
        return self._parent

    @property
    def has_conflicts(self) -> bool:
        """Whether a merge recorded values that lost."""
        return '"conflicts":' in self._json and super().has_conflicts

    @property
    def deps(self) -> tuple[str, ...]:
        """The ids this ticket waits for."""
        return tuple(self._deps.split("\n")) if self._deps else ()


class StoredTickets(Mapping[str, Ticket]):
    """All tickets of the cache by id. Single ones are looked up; only what needs all reads all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._made: dict[str, Ticket | None] = {}
        self._has_all = False
        self._statuses: dict[str, str] | None = None

    def status_of(self, ticket_id: str) -> str | None:
        """The status of a ticket, None where there is none of this id that can be read."""
        if self._statuses is None:
            rows = self._connection.execute("SELECT id, status FROM tickets WHERE status != '' AND shadowed = 0")
            self._statuses = dict(rows.fetchall())
        return self._statuses.get(ticket_id)

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

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Ticket]:
        if not self._has_all:
            made = self._made
            found = {ticket.id: made.get(ticket.id) or ticket for ticket in self._select(_SELECT)}
            self._made = dict(found)
            self._has_all = True
        return self._made  # type: ignore[return-value]

    def _select(self, query: str, arguments: tuple[str, ...] = ()) -> Iterable[Ticket]:
        return map(StoredTicket, self._connection.execute(query, arguments).fetchall())

    def with_status(self, test: Callable[[str], bool]) -> list[Ticket]:
        """The tickets whose status passes; no others are read."""
        statuses = [row[0] for row in self._connection.execute("SELECT DISTINCT status FROM tickets")]
        passing = tuple(status for status in statuses if status and test(status))
        marks = ",".join("?" * len(passing))
        return list(self._select(f"{_SELECT} AND status IN ({marks})", passing)) if passing else []

    def key_names(self) -> set[str]:
        """The names of all front-matter keys, without making the tickets."""
        whole = "json_each(CASE status WHEN '' THEN '{}' ELSE tickets.keys END)"
        rows = self._connection.execute(f"SELECT DISTINCT key FROM tickets, {whole}")  # noqa: S608 - a constant
        return {row[0] for row in rows}

    def referring(self, ticket_id: str) -> list[Ticket]:
        """The tickets that wait for a ticket or are its children, and perhaps some others."""
        return list(self._select(_SELECT + " AND (instr(deps, ?) OR parent = ?)", (ticket_id, ticket_id)))
