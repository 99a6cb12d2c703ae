"""What a query needs to know beside the ticket: the clock, the people, the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from plaintickets.core.ticket import Ticket


class Context(Protocol):
    """The caller's answers to what the text of a query leaves open."""

    @property
    def now(self) -> datetime:
        """The present, aware, in UTC."""

    @property
    def me(self) -> Collection[str]:
        """What `me` stands for: names, mail addresses or `Name <mail>`."""

    def status_class(self, status: str) -> str:
        """`open`, `active`, `waiting` or `done`."""

    def is_ready(self, ticket: Ticket) -> bool:
        """Whether it is not done and all that it depends on is."""

    def is_blocked(self, ticket: Ticket) -> bool:
        """Whether it is not done and something that it depends on is not either."""

    def priority_number(self, name: str) -> int | None:
        """The number behind a configured name; digits and `P1` need no answer."""

    def type_of(self, field: str) -> str:
        """The configured type of a field that the format leaves free.

        One of string text integer number date datetime boolean list enum person ticket.
        """

    def text(self, ticket: Ticket, field: str = "") -> str:
        """All that full text looks at, or one of `title`, `body`, `comments`."""

    def fold(self, text: str) -> str:
        """The text without case and accents."""
