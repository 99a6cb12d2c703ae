"""Select the tickets of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.ticket_graph import ticket_graph
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.core.ticket_graph import TicketGraph
    from plaintickets.project import Project

LIMIT = 500
"""The most tickets of a graph if nobody asks for more: a drawing of more cannot be read."""


def graph_of(project: Project, query: str, *, closed_too: bool, limit: int) -> TicketGraph:
    """Return the relations of the tickets that match, closed tickets only with `closed_too` or if the query asks.

    Raise RefusedError for more tickets than the limit, 0 for none.
    """
    from plaintickets.actions.listing import Filter, select

    chosen = select(project, Filter(query=query), closed_too=closed_too)
    tickets = project.reading.tickets
    asked = {ticket.id for ticket in chosen}
    named = {other for ticket in chosen for other in (*ticket.deps, ticket.parent, ticket.text("duplicate-of"))}
    closed = frozenset(() if closed_too else (name for name in named - asked if project.graph.is_closed(name)))
    graph = ticket_graph(chosen, tickets, closed)
    if limit and len(graph.nodes) > limit:
        raise RefusedError(
            f"the graph has {len(graph.nodes):,} tickets, more than {limit:,}",
            hint="a query selects fewer, e.g. `tk graph parent:ID`; --limit 0 draws them all.",
        )
    return graph
