"""`tk claim`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.write.edit import Edit


@click.command("claim")
@ids_argument()
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Take it from somebody else, and ignore the workflow.")
@json_option
@writes(message=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], comment: str | None, *, force: bool) -> None:
    """Start work on tickets and assign them to you. A ticket that somebody else has is refused.

    A ticket in an active status keeps it. Several tickets are claimed together or not at all. In a shared
    repository `tk sync` before and after tells whether somebody was faster.

    \b
    Examples:
      tk claim 7f3k
      tk claim 7f3k a2c9 -m "both this week"
      tk claim --force 7f3k
    """
    from plaintickets.actions.claim import Assignment

    assignment = Assignment(context.project)

    def claim(edit: Edit, ticket: Ticket) -> str | None:
        return assignment.claim(edit, ticket, force=force)

    run_status_change(context, "claim", tickets, "active", of_class=True, comment=comment, force=force, prepare=claim)
    if assignment.assigned:
        context.say(f"Assigned to {assignment.name}: {', '.join(assignment.assigned)}")
