"""Choose the ticket to begin next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import ready, unreadable_dependencies
from plaintickets.actions.overview import urgency
from plaintickets.actions.sorting import sort
from plaintickets.query_context import me

if TYPE_CHECKING:
    from plaintickets.actions.listing import Filter
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


class Next(NamedTuple):
    """The ticket to begin, if there is one; how many ready tickets others have; dependencies that cannot be read."""

    ticket: Ticket | None
    of_others: int
    unreadable: list[str]


def next_ticket(project: Project, asked: Filter, order: str = "", *, is_reversed: bool = False) -> Next:
    """Return the most urgent ready ticket that nobody works on, and that is yours or nobody's.

    The order is `order`, then that of the priority, then of the due date; then yours come first, then the oldest.
    """
    mine = me(project)
    kinds = {status.name: status.kind for status in project.config.statuses}
    found = ready(project, asked)
    free = [
        ticket
        for ticket in found
        if (not ticket.assignee or ticket.assignee in mine) and kinds.get(ticket.status, "open") == "open"
    ]
    free.sort(key=lambda ticket: urgency(ticket, mine))
    free = sort(project, free, order)
    chosen = free[-1 if is_reversed else 0] if free else None
    unreadable = unreadable_dependencies(project, project.reading.tickets.values()) if project.reading.broken else []
    return Next(chosen, len(found) - len(free), unreadable)
