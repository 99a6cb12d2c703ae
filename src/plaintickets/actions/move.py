"""What start, close, reopen and status mean: tickets into another status, in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.workflow import move
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.edit import Edit
    from plaintickets.tracker import Tracker
    from plaintickets.transaction import Outcome


class Moved(NamedTuple):
    """The tickets after the move, and what became of it."""

    tickets: list[Ticket]
    outcome: Outcome


def move_tickets(
    tracker: Tracker,
    verb: str,
    parts: Sequence[str],
    status: str,
    *,
    resolution: str | None = None,
    comment: str | None = None,
    internal: bool = False,
    force: bool = False,
    subject: str = "",
) -> Moved:
    """Brings tickets into a status, each once, with a comment on each if given; all of them or none.

    Raises TransitionError and MissingFieldsError unless `force`.
    """
    with tracker.edit(verb) as edit:
        edit.subject = subject
        moved = []
        for ticket_id in dict.fromkeys(edit.ticket(part).id for part in parts):
            ticket = edit.ticket(ticket_id)
            changes = move(ticket, status, tracker.config, now=tracker.now, resolution=resolution, force=force)
            edit.apply(changes)
            if comment:
                edit.comment(ticket.id, comment, internal=internal)
            bring_back(edit, ticket.id)
            moved.append(edit.ticket(ticket.id))
        return Moved(moved, edit.commit())


def bring_back(edit: Edit, ticket_id: str) -> None:
    """Moves a ticket that is no longer done out of the archive."""
    ticket = edit.ticket(ticket_id)
    if ticket.path.startswith(files.ARCHIVE + "/") and not edit.tracker.config.is_done(ticket.status):
        edit.relocate(ticket_id, f"{ticket_id}.md")


def open_status(tracker: Tracker) -> str:
    """The status that a reopened ticket gets."""
    found = tracker.config.first("open")
    return found.name if found else "open"


def active_status(tracker: Tracker) -> str:
    """The status that a started ticket gets; the first open one where none is of the class active."""
    found = tracker.config.first("active")
    return found.name if found else open_status(tracker)


def done_status(tracker: Tracker) -> str:
    """The status that a closed ticket gets."""
    found = tracker.config.first("done")
    return found.name if found else "closed"
