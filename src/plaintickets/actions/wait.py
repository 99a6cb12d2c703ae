"""Let tickets wait: for somebody, for another ticket, until a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.change_status import first_status
from plaintickets.actions.given_values import checked_value
from plaintickets.actions.guards import hold_guards
from plaintickets.core.change import Change
from plaintickets.core.moments import span
from plaintickets.core.workflow import allowed_moves, move
from plaintickets.errors import LeftOutError, RefusedError, TicketNotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

REPORTER = "reporter"
KEYS = ("waiting_on", "wake")


class Waiting(NamedTuple):
    """The tickets that wait, and the outcome."""

    tickets: list[Ticket]
    outcome: Outcome


def wait(
    project: Project, verb: str, parts: Sequence[str], *, on: str = "", until: str = "", subject: str = ""
) -> Waiting:
    """Let tickets wait for somebody, or for a ticket, until a day; the status becomes a waiting one if there is one.

    Raise RefusedError for a closed ticket and for a person nobody knows, GuardError for one that may not enter the
    waiting status yet, UsageError for a day that has passed.
    """
    with project.edit(verb) as edit:
        edit.subject = subject
        wake = _day(project, until) if until else None
        found, before_all = [], {}
        for ticket_id in dict.fromkeys(edit.ticket(part).id for part in parts):
            ticket = edit.ticket(ticket_id)
            before_all[ticket_id] = ticket
            if project.config.is_done(ticket.status):
                raise RefusedError(f"{ticket.id} is closed", hint=f"`tk reopen {ticket.id}` opens it.")
            for key, value in (("waiting_on", _whom(edit, ticket, on) if on else None), ("wake", wake)):
                before = ticket.keys.get(key)
                if value != before and (value is not None or verb == "wait"):
                    edit.apply([Change(ticket_id, key, before, value)])
            _set_status(edit, ticket_id)
            found.append(edit.ticket(ticket_id))
        hold_guards(edit, before_all, forced_by="")
        return Waiting(found, edit.commit())


def _day(project: Project, text: str) -> str:
    value = str(checked_value(project, "wake", text))
    when = span(value)
    if when is not None and when[0] <= project.now:
        raise UsageError(f"{value} has passed", hint="name a day that comes, e.g. friday, +3d or 2026-12-01.")
    return value


def _whom(edit: Edit, ticket: Ticket, on: str) -> str:
    """Return whom or what a ticket waits for: `reporter`, the id of a ticket, or a person."""
    if on == REPORTER:
        return on
    try:
        other = edit.ticket(on).id
    except LeftOutError:
        raise
    except TicketNotFoundError:
        people = edit.project.config.people
        if people:
            return str(checked_value(edit.project, "assignee", on))
        return on
    if other == ticket.id:
        raise RefusedError(f"{ticket.id} cannot wait for itself")
    return other


def _set_status(edit: Edit, ticket_id: str) -> None:
    config = edit.project.config
    ticket = edit.ticket(ticket_id)
    if config.is_waiting(ticket.status):
        return
    target = first_status(edit.project, "waiting", ticket)
    if config.is_waiting(target) and target in allowed_moves(ticket.status, config, ticket):
        edit.apply(move(ticket, target, config, now=edit.project.now))
    elif config.sla:
        edit.project.around.notify(
            f"warning: {ticket_id} stays {ticket.status}, so its clocks run on: no waiting status may follow"
        )


def end_waiting(edit: Edit, ticket_id: str) -> str:
    """End the waiting of a ticket: it is open again if its status was a waiting one. Return what was done."""
    config = edit.project.config
    ticket = edit.ticket(ticket_id)
    edit.apply([Change(ticket_id, key, ticket.keys[key], None) for key in KEYS if key in ticket.keys])
    if config.is_waiting(ticket.status):
        ticket = edit.ticket(ticket_id)
        status = first_status(edit.project, "open", ticket)
        edit.apply(move(ticket, status, config, now=edit.project.now, force=True))
        return f"status {status}"
    return "waits no longer"
