"""Queries asked of tickets that a test makes up: a context of plain values, and the questions tests share."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.core.query import matches, parse
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.ticket import Value


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

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        return frozenset({"none"})

    def lengths(self, ticket: Ticket, field: str) -> tuple[tuple[int, int], ...]:
        return ()

    def updated(self, ticket: Ticket) -> str:
        return ""

    def is_computed(self, field: str) -> bool:
        return False

    def team(self, name: str) -> frozenset[str] | None:
        return frozenset({"ada lovelace", "team:core"}) if name == "core" else None

    @property
    def teams(self) -> tuple[str, ...]:
        return ("core",)

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


NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TYPES = {"estimate": "number", "go-live": "date", "vip": "boolean", "story": "text"}
CONTEXT = PlainContext(
    now=NOW,
    me=frozenset({"Ada Lovelace", "ada@example.org"}),
    types=TYPES,
    ready=lambda ticket: not ticket.deps,
    blocked=lambda ticket: bool(ticket.deps),
)


def ticket(title: str = "A ticket", id: str = "pt-7f3k", **keys: Value) -> Ticket:
    named = {name.replace("_", "-"): value for name, value in keys.items()}
    return Ticket(id, f"{id}.md", {"id": id, "status": "open", **named}, title)


def says(query: str, subject: Ticket, context: PlainContext = CONTEXT) -> bool:
    return matches(parse(query), subject, context)
