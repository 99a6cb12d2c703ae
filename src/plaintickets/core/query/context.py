"""What a query needs besides the ticket: the clock, the people, the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from plaintickets.core.ticket import Ticket


class Context(Protocol):
    """The caller's information for evaluating a query."""

    @property
    def now(self) -> datetime:
        """The present, aware, in UTC."""

    @property
    def me(self) -> Collection[str]:
        """Return what `me` means: names, mail addresses or `Name <mail>`."""

    def team(self, name: str) -> Collection[str] | None:
        """Return what the people of a team can be called, None for an unknown team."""

    @property
    def teams(self) -> Collection[str]:
        """The names of the teams."""

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of a ticket's clocks."""

    def lengths(self, ticket: Ticket, field: str) -> Collection[tuple[int, int]]:
        """Return the seconds of `left`, `in-status` or `age`, each with the length of a day in its calendar."""

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket last changed, as a ticket writes a moment; empty where that is not known."""

    def is_computed(self, field: str) -> bool:
        """Tell whether a field is computed, and no ticket holds one of its name."""

    def status_class(self, status: str) -> str:
        """Return `open`, `active`, `waiting` or `done`."""

    def is_ready(self, ticket: Ticket) -> bool:
        """Tell whether it is not done, all its dependencies are, and it waits for nobody and for no day."""

    def is_blocked(self, ticket: Ticket) -> bool:
        """Tell whether neither it nor all its dependencies are done."""

    def priority_number(self, name: str) -> int | None:
        """Return the number of a configured name; digits and `P1` are handled elsewhere."""

    def type_of(self, field: str) -> str:
        """Return the configured type of a field whose type the format does not define.

        One of string text integer number date datetime boolean list enum person ticket.
        """

    def text(self, ticket: Ticket, field: str = "") -> str:
        """Return all text for full-text search, or one of `title`, `body`, `comments`."""

    def fold(self, text: str) -> str:
        """Return the text without case and accents."""
