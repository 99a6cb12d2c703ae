"""What an exporter reads: tickets with their texts, changes, deadlines; the same for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from plaintickets.core.imported import RELATIONS as RELATIONS  # noqa: PLC0414 - exporters ask here

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from plaintickets.core.comments import Comment
    from plaintickets.core.ticket import Ticket


class Exported(NamedTuple):
    """A ticket, its text without the heading that is the title, and its comments in the order of the file."""

    ticket: Ticket
    text: str
    comments: Sequence[Comment]


class ExportedChange(NamedTuple):
    """One change of the history: what a commit did to a ticket; of each ticket, `number` counts from 1.

    Values are texts, `at` is a moment in UTC.
    """

    ticket: str
    number: int
    at: str
    author: str
    kind: str
    field: str
    before: str
    after: str
    commit: str


class Deadline(NamedTuple):
    """A day, or a moment, by which something is to be done; `key` is the same in every export."""

    key: str
    when: date | datetime
    title: str
    about: str = ""


class Export(Protocol):
    """The chosen tickets of a store; each method reads anew, and memory holds one ticket's texts at a time."""

    @property
    def repository(self) -> str:
        """Return the name of the repository."""

    @property
    def now(self) -> datetime:
        """Return the time at which the store is exported, in UTC."""

    @property
    def queues(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the queues of the settings, which may make tickets internal."""

    @property
    def tickets(self) -> Sequence[Ticket]:
        """Return the chosen tickets without their texts, by id."""

    def records(self) -> Iterator[Exported]:
        """Yield the chosen tickets, by id."""

    def changes(self) -> Iterator[ExportedChange]:
        """Yield the changes of each chosen ticket, oldest first; nothing without a history."""

    def deadlines(self) -> Iterator[Deadline]:
        """Yield the deadlines of the chosen tickets that are not closed."""

    def is_done(self, status: str) -> bool:
        """Tell whether a ticket of this status is closed."""

    def priority_name(self, ticket: Ticket) -> str:
        """Return the name of a ticket's priority, empty if it cannot be read."""
