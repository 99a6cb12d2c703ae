"""`tk claim`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, refuse_given, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.actions.claim_push import ClaimPush
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit


@click.command("claim")
@ids_argument()
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Take it from somebody else, and ignore the workflow.")
@click.option("--push", is_flag=True, help="Push the claim too: whoever pushes first has the ticket.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="With --push: longest wait for the remote, 60 by default; 0: no limit.",
)
@json_option
@writes(message=False)
@click.pass_obj
def command(
    context: CommandContext,
    tickets: tuple[str, ...],
    comment: str | None,
    *,
    force: bool,
    push: bool,
    timeout: float | None,
) -> None:
    """Start work on tickets and assign them to you. A ticket that somebody else has is refused.

      A ticket in an active status keeps it. Several tickets are claimed together or not at all.

      With --push the claim counts in all clones: its commit is pushed to the upstream branch, alone and never by
      force. If somebody else was faster, or the remote refuses, the claim is undone here and the exit code is 3 or 5;
      your other commits stay as they are, pushed or not.

      \b
      Examples:
        tk claim 7f3k
        tk claim 7f3k a2c9 -m "both this week"
        tk claim --force 7f3k
    tk claim --push 7f3k
    """
    from plaintickets.actions.claim import Assignment

    if not push:
        refuse_given({"--timeout": timeout is not None}, "--push")
    assignment = Assignment(context.project)

    def claim(edit: Edit, ticket: Ticket) -> str | None:
        return assignment.claim(edit, ticket, force=force)

    pushing = _pushing(context, 60 if timeout is None else timeout) if push else None
    run_status_change(
        context, "claim", tickets, "active", of_class=True, comment=comment, force=force, prepare=claim, push=pushing
    )
    if assignment.assigned:
        context.say(f"Assigned to {assignment.name}: {', '.join(assignment.assigned)}")
    if pushing:
        context.say(f"Pushed to {pushing.upstream}" if pushing.has_pushed else f"{pushing.upstream} has the claim")


def _pushing(context: CommandContext, timeout: float) -> ClaimPush:
    from plaintickets.actions.claim_push import ClaimPush

    return ClaimPush(context.project, seconds=timeout or None)
