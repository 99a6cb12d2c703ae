"""Code shared by the commands that change a status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.change_status import change_statuses, left_open
from plaintickets.commands.options import finish
from plaintickets.commands.stdin import text_or_stdin
from plaintickets.render.jsonform import status_objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.actions.claim_push import ClaimPush
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit


def run_status_change(
    context: CommandContext,
    verb: str,
    parts: tuple[str, ...],
    status: str,
    *,
    comment: str | None = None,
    resolution: str | None = None,
    force: bool = False,
    prepare: Callable[[Edit, Ticket], str | None] | None = None,
    of_class: bool = False,
    push: ClaimPush | None = None,
) -> None:
    """Change the status of tickets and print one line for each; `push` changes and shares them."""
    if comment is not None:
        comment = text_or_stdin(comment, "the comment")
        if not comment.strip():
            context.note("warning: the text of --message is empty, so no comment was added")
            comment = None
    change = change_statuses if push is None else push.change
    moved = change(
        context.project,
        verb,
        parts,
        status,
        resolution=resolution,
        comment=comment,
        force=force,
        of_class=of_class,
        subject=context.subject,
        prepare=prepare,
    )
    for ticket in moved.tickets:
        nothing = "" if ticket.id in moved.changed else f"{ticket.id}: nothing to change"
        if nothing and verb == "status":
            # Scripts of the bash tool read the line below, which it prints whatever the status was.
            context.note(nothing)
            nothing = ""
        context.say(nothing or f"Updated {ticket.id} -> {ticket.status}")
    for line in left_open(context.project, [ticket for ticket in moved.tickets if ticket.id in moved.changed]):
        context.note(line)
    shown = status_objects(moved.tickets, with_assignee=prepare is not None) if context.json else []
    finish(context, moved.outcome, tickets=shown, **({"pushed": push.upstream} if push else {}))
