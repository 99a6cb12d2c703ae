"""Change the status of tickets in one commit: start, close, reopen and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from plaintickets.actions.guards import hold_guards
from plaintickets.core.shortened import shortened
from plaintickets.core.workflow import move
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.config import Kind
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_SHOWN = 10


class StatusChanges(NamedTuple):
    """The tickets after the status change, the ids of those that changed, and the outcome."""

    tickets: list[Ticket]
    changed: set[str]
    outcome: Outcome


def change_statuses(
    project: Project,
    verb: str,
    parts: Sequence[str],
    status: str,
    *,
    resolution: str | None = None,
    comment: str | None = None,
    internal: bool = False,
    force: bool = False,
    of_class: bool = False,
    subject: str = "",
    prepare: Callable[[Edit, Ticket], str | None] | None = None,
) -> StatusChanges:
    """Set the status of tickets, with an optional comment on each; change all of them or none.

    `prepare` is called for each ticket before, may change or refuse it, and may return another status for it.
    With `of_class`, `status` is a class, of which each ticket gets the first status.
    Raise TransitionError, MissingFieldsError and GuardError unless `force`.
    """
    with project.edit(verb) as edit:
        edit.subject = subject
        moved = []
        before: dict[str, Ticket | None] = {}
        for ticket_id in dict.fromkeys(edit.ticket(part).id for part in parts):
            before[ticket_id] = edit.ticket(ticket_id)
            to = prepare(edit, edit.ticket(ticket_id)) if prepare else None
            ticket = edit.ticket(ticket_id)
            target = to or (first_status(project, status, ticket) if of_class else status)
            changes = move(ticket, target, project.config, now=project.now, resolution=resolution, force=force)
            edit.apply(changes)
            if comment:
                edit.comment(ticket.id, comment, internal=internal)
            unarchive(edit, ticket.id)
            moved.append(edit.ticket(ticket.id))
        hold_guards(edit, before, commented=before if comment else (), force=force)
        changed = {ticket.id for ticket in edit.changed()}
        return StatusChanges(moved, changed, edit.commit())


def left_open(project: Project, tickets: Sequence[Ticket]) -> list[str]:
    """Return a line for each of these closed tickets that has open children or open dependencies."""
    lines = []
    for ticket in tickets:
        if not project.config.is_done(ticket.status):
            continue
        graph = project.graph
        children = [child for child in graph.children(ticket.id) if not graph.is_closed(child)]
        for what, found in (("has open children", children), ("waits for", graph.open_blockers(ticket))):
            if found:
                lines.append(f"note: {ticket.id} is closed, but {what}: {shortened(found, _SHOWN)}")
    return lines


def unarchive(edit: Edit, ticket_id: str) -> None:
    """Move a ticket out of the archive if it is no longer closed."""
    ticket = edit.ticket(ticket_id)
    if ticket.path.startswith(files.ARCHIVE + "/") and not edit.project.config.is_done(ticket.status):
        edit.relocate(ticket_id, f"{ticket_id}.md")


def first_status(project: Project, kind: str, ticket: Ticket | None = None) -> str:
    """Return the first status of a class, in the ticket's pipeline if it has one.

    Without a status of the class active, a started ticket gets the first open one.
    """
    config = project.config
    if ticket is not None and config.pipelines:
        from plaintickets.core.pipelines import first_status as first_in
        from plaintickets.core.pipelines import pipeline_of

        found = first_in(cast("Kind", kind), pipeline_of(ticket, config), config)
    else:
        status = config.first(cast("Kind", kind))
        found = status.name if status else ""
    if found:
        return found
    return first_status(project, "open", ticket) if kind == "active" else {"done": "closed"}.get(kind, "open")
