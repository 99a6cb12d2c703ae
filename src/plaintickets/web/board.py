"""The columns of the board: one for each status, with the most urgent cards first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import Filter, by_priority, select
from plaintickets.core.workflow import allowed_moves

if TYPE_CHECKING:
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

MOST_CARDS = 50


class Card(NamedTuple):
    """A ticket on the board, whether it is blocked, and the statuses that it may get."""

    ticket: Ticket
    is_blocked: bool
    moves: tuple[str, ...]


class Column(NamedTuple):
    """A status with its first cards and the number of all."""

    status: str
    total: int
    cards: list[Card]


def columns(project: Project, query: str) -> list[Column]:
    """Return the columns of the tickets of a query, those of closed tickets last and only if it names them."""
    config = project.config
    found = by_priority(select(project, Filter(query=query), closed_too=False))
    names = [status.name for status in config.statuses]
    by_status: dict[str, list[Ticket]] = {name: [] for name in names}
    for ticket in found:
        by_status.setdefault(ticket.status, []).append(ticket)
    moves: dict[str, tuple[str, ...]] = {}
    columns = []
    for status, tickets in by_status.items():
        cards = []
        for ticket in tickets[:MOST_CARDS]:
            allowed = moves.get(status)
            if allowed is None or config.pipelines:
                allowed = moves[status] = allowed_moves(status, config, ticket)
            cards.append(Card(ticket, project.graph.is_blocked(ticket), allowed))
        columns.append(Column(status, len(tickets), cards))
    return columns
