"""What the answer of a requester does to a ticket: it opens it again, ends its waiting, or rates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.change_status import first_status
from plaintickets.actions.given_values import checked_value
from plaintickets.actions.guards import hold_guards
from plaintickets.actions.wait import REPORTER, end_waiting
from plaintickets.core.change import Change
from plaintickets.core.workflow import move
from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit


def rate(edit: Edit, ticket: Ticket, rating: str) -> bool:
    """Set the rating of a closed ticket; tell whether it could be set."""
    if not edit.project.config.is_done(ticket.status):
        return False
    try:
        value = checked_value(edit.project, "rating", rating)
    except TicketsError:
        return False
    before = edit.document(ticket.id).keys.get("rating")
    if before != value:
        edit.apply([Change(ticket.id, "rating", before, value)])
    return True


def wake(edit: Edit, ticket: Ticket) -> str:
    """Open a ticket again that its requester answers, or end its waiting; return what was done."""
    config = edit.project.config
    if config.is_done(ticket.status):
        return _reopen(edit, ticket) if config.intake.get("reopen", True) else ""
    is_waiting = config.is_waiting(ticket.status) and "waiting_on" not in ticket.keys
    if ticket.text("waiting_on") == REPORTER or is_waiting:
        return end_waiting(edit, ticket.id)
    return ""


def _reopen(edit: Edit, ticket: Ticket) -> str:
    project = edit.project
    state = edit.state()
    target = first_status(project, "open", ticket)
    try:
        edit.apply(move(ticket, target, project.config, now=project.now))
        hold_guards(edit, {ticket.id: ticket}, commented=[ticket.id], forced_by="")
    except TicketsError:
        edit.return_to(state)
        return ""
    return f"status {target}"
