"""What a query needs to know beside the ticket: the clock, the people, the configuration."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

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


def _nothing(_ticket: Ticket) -> bool:
    return False


@dataclass(frozen=True)
class PlainContext:
    """A context of plain values, as an unconfigured store would have it."""

    now: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    me: frozenset[str] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(
        default_factory=lambda: {"open": "open", "in_progress": "active", "closed": "done"}
    )
    priorities: tuple[str, ...] = ("critical", "high", "medium", "low", "backlog")
    ready: Callable[[Ticket], bool] = _nothing
    blocked: Callable[[Ticket], bool] = _nothing
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by id, by field

    def status_class(self, status: str) -> str:
        """The class of a status; of an unknown one `open`."""
        return self.classes.get(status, "open")

    def is_ready(self, ticket: Ticket) -> bool:
        """What the `ready` predicate says."""
        return self.ready(ticket)

    def is_blocked(self, ticket: Ticket) -> bool:
        """What the `blocked` predicate says."""
        return self.blocked(ticket)

    def priority_number(self, name: str) -> int | None:
        """The place of the name among `priorities`."""
        name = name.casefold()
        return self.priorities.index(name) if name in self.priorities else None

    def type_of(self, field: str) -> str:
        """The type given in `types`, else `string`."""
        return self.types.get(field, "string")

    def text(self, ticket: Ticket, field: str = "") -> str:
        """The title and the texts given for the ticket, with tags and id when asked for all."""
        texts = {"title": ticket.title, **self.texts.get(ticket.id, {})}
        if field:
            return texts.get(field, "")
        return "\n".join([*texts.values(), *ticket.tags, ticket.id])

    def fold(self, text: str) -> str:
        """Case folded, combining marks dropped."""
        apart = unicodedata.normalize("NFKD", text.casefold())
        kept = "".join(c for c in apart if not unicodedata.combining(c))
        return unicodedata.normalize("NFC", kept)
