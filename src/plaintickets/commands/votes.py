"""Code shared by `tk approve` and `tk reject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.commands.options import finish
from plaintickets.commands.stdin import text_or_stdin
from plaintickets.core.servicedesk.approvals import APPROVALS
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


def run_vote(context: CommandContext, tickets: tuple[str, ...], field: str, comment: str) -> None:
    """Enter the user in a list of tickets, and print a line and how far the approvals are for each."""
    from plaintickets.actions.approvals import ApprovalReader
    from plaintickets.actions.approve import progress, progress_line, vote

    text = text_or_stdin(comment, "the comment").strip() if comment else ""
    if field != APPROVALS and not text:
        raise UsageError("a rejection needs a reason", hint='for example: tk reject 7f3k -m "no way back"')
    voted = vote(context.project, tickets, field, comment=text, subject=context.subject)
    word = "approved" if field == APPROVALS else "rejected"
    reader = ApprovalReader(context.project)
    for ticket in voted.tickets:
        if ticket.id in voted.changed:
            context.say(f"{ticket.id} {word} by {voted.person}")
        else:
            context.say(f"{ticket.id}: {word} by {voted.person} already")
        found = reader.of(context.project.document_at(ticket.path))
        for one in progress(context.project, ticket, found):
            context.say(f"  {progress_line(one)}")
        if voted.changed and not voted.outcome.commit:
            context.note(f"note: it counts as soon as {voted.person} has committed it")
    finish(context, voted.outcome, person=voted.person, tickets=[ticket.id for ticket in voted.tickets])
