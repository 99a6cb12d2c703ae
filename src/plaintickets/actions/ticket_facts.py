"""What the page of a ticket shows besides its file: the clocks that run, and the latest events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

EVENTS = 30
"""The events that a page shows."""


def clocks_of(project: Project, ticket: Ticket, document: Document) -> list[str]:
    """Return a line for each clock of a ticket that runs; if they cannot be known, a line that says why."""
    if not project.config.sla:
        return []
    from plaintickets.actions.sla import Desk
    from plaintickets.reports.sla_clocks import clock_lines

    try:
        desk = Desk(project)
        return clock_lines(
            [clock for clock in desk.of(ticket, lambda: project.comments(document)).clocks if clock.is_live], desk
        )
    except TicketsError as error:
        return [f"no clocks: {error}"]


def latest_events(project: Project, ticket_id: str) -> list[str]:
    """Return the latest events of a ticket as lines; without a history, a line that says why."""
    from plaintickets.actions.log import Wanted, history, wanted_events
    from plaintickets.render.events import lines

    try:
        events = wanted_events(history(project, ticket_id).events, Wanted())
    except TicketsError as error:
        return [str(error)]
    return list(lines(events[:EVENTS], lambda text, _style: text, with_ticket=False))
