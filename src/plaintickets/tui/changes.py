"""What the keys and forms change: each function calls one action on the thread of the store, which commits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import ticket_inputs
from plaintickets.actions.change_status import first_status, left_open
from plaintickets.actions.edit_seen import TEXT, change_seen_status, claim_seen, edit_seen, seen_values
from plaintickets.actions.undo import last_change as last_change  # noqa: PLC0414 - one of the questions of the views
from plaintickets.core.ticket import id_of
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.actions.change_status import StatusChanges
    from plaintickets.actions.ticket_inputs import Input
    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

TITLE = "title"
# What an input of one line, or a field of lines, cannot give back as it was.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class FormState(NamedTuple):
    """A form: its inputs, the title and the text that it shows, and all that was seen of the ticket.

    `kept` names what has characters that the form cannot show, and that it leaves as it is.
    """

    ticket: str
    kind: str
    inputs: Sequence[Input]
    seen: Mapping[str, str]
    kept: tuple[str, ...] = ()


def edit_form(project: Project, part: str) -> FormState:
    """Return the form of a ticket as it is now."""
    document = project.document(part)
    every = ticket_inputs.edit_inputs(project.config, document, {})
    seen = ticket_inputs.seen_of(document, every)
    kept = tuple(name for name, text in seen.items() if _UNFIT.search(text))
    inputs = [one for one in every if one.name not in kept]
    shown = {name: text for name, text in seen.items() if name not in kept}
    return FormState(id_of(document.path), "", inputs, shown, tuple("text" if name == TEXT else name for name in kept))


def new_form(project: Project, kind: str) -> FormState:
    """Return the form of a new ticket of a type, with the headings that the type requires."""
    inputs = ticket_inputs.new_inputs(project.config, kind, {})
    seen = {one.name: one.value for one in inputs} | {TITLE: "", TEXT: ticket_inputs.headings_of(project, kind)}
    return FormState("", kind, inputs, seen)


def alike(project: Project, title: str) -> list[str]:
    """Return a line for each ticket that is like a title."""
    from plaintickets.actions.duplicates import alike_while_typing

    found, note = alike_while_typing(project, title)
    lines = [f"{like.ticket.id} {like.ticket.status}: {like.ticket.title}" for like in found]
    return [*(["perhaps it is there already:"] if lines else []), *lines, *([note] if note else [])]


def create(project: Project, kind: str, typed: Mapping[str, str]) -> str:
    """Create a ticket from a form."""
    from plaintickets.actions.new import create as create_ticket

    values = {name: text for name, text in typed.items() if name not in (TITLE, TEXT)}
    draft = ticket_inputs.draft_of(typed[TITLE], typed[TEXT], kind, values)
    document = create_ticket(project, draft).document
    return f"Created {id_of(document.path)}"


def edit(project: Project, part: str, typed: Mapping[str, str], seen: Mapping[str, str]) -> str:
    """Change what differs from what was seen."""
    wanted = {name: text if name == TEXT else text.strip() for name, text in typed.items()}
    done = edit_seen(project, part, wanted, seen)
    return ticket_inputs.edited(done, wanted, seen)


def seen_now(project: Project, part: str, names: Sequence[str]) -> dict[str, str]:
    """Return what a form would show of a ticket now."""
    return seen_values(project.document(part), names)


def comment(project: Project, part: str, text: str, *, internal: bool) -> str:
    """Add a comment."""
    from plaintickets.actions.comment import comment as add_comment

    document: Document = add_comment(project, part, text, internal=internal)[0]
    return f"{'Internal comment' if internal else 'Comment'} added to {id_of(document.path)}"


def moves(project: Project, ticket: Ticket) -> list[str]:
    """Return the statuses that a ticket may get.

    Raise RefusedError if there are none.
    """
    from plaintickets.core.workflow import allowed_moves

    found = [status for status in allowed_moves(ticket.status, project.config, ticket) if status != ticket.status]
    if not found:
        hint = "`tk workflow` shows the statuses and their order."
        raise RefusedError(f"{ticket.id} is {ticket.status}: no other status is allowed", hint=hint)
    return found


def status(project: Project, ticket: Ticket, to: str) -> str:
    """Set a status."""
    return _moved(project, change_seen_status(project, ticket.id, to, ticket.status))


def resolutions(project: Project, ticket: Ticket) -> tuple[str, ...]:
    """Return the resolutions with which a ticket can be closed.

    Raise RefusedError if it is closed.
    """
    if project.config.is_done(ticket.status):
        raise RefusedError(f"{ticket.id} is closed already", hint="o reopens it.")
    return project.config.resolutions


def close(project: Project, ticket: Ticket, resolution: str, text: str) -> str:
    """Close a ticket, with a comment if there is a text."""
    to = first_status(project, "done", ticket)
    done = change_seen_status(
        project, ticket.id, to, ticket.status, resolution=resolution.strip(), comment=text.strip(), verb="close"
    )
    return _moved(project, done)


def reopen(project: Project, ticket: Ticket) -> str:
    """Open a closed ticket again.

    Raise RefusedError if it is open.
    """
    if not project.config.is_done(ticket.status):
        raise RefusedError(f"{ticket.id} is not closed: it is {ticket.status}", hint="m changes the status.")
    to = first_status(project, "open", ticket)
    return _moved(project, change_seen_status(project, ticket.id, to, ticket.status, verb="reopen"))


def claim(project: Project, ticket: Ticket) -> str:
    """Assign a ticket to the user and start it."""
    done = claim_seen(project, ticket.id, ticket.status)
    said = _moved(project, done)
    return f"{said}, assigned to {done.tickets[0].assignee}" if ticket.id in done.changed else said


def undo(project: Project, commit: str) -> str:
    """Undo a commit."""
    from plaintickets.actions.undo import undo as undo_commit

    done = undo_commit(project, commit)
    return f"Undone: {done.revision.commit[:10]} “{done.revision.subject}”"


def _moved(project: Project, done: StatusChanges) -> str:
    """Return what a change of status did, with a note about what a closed ticket leaves open."""
    ticket = done.tickets[0]
    if ticket.id not in done.changed:
        return f"{ticket.id}: nothing to change"
    return "\n".join([f"{ticket.id} is {ticket.status}", *left_open(project, done.tickets)])
