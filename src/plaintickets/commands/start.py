"""`tk start`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("start")
@ids_argument(kind="unstarted ticket")
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--no-assign", is_flag=True, help="Leave the assignee as it is.")
@click.option("--force", is_flag=True, help="Start even if the workflow does not allow it.")
@json_option
@writes(message=False)
@click.pass_obj
def command(
    context: CommandContext, tickets: tuple[str, ...], comment: str | None, *, no_assign: bool, force: bool
) -> None:
    """Start work on tickets: set their status to `in_progress`, or to the first configured active status.

    A ticket of nobody is assigned to you. One that somebody else has stays theirs, and a note says so;
    `tk claim` refuses it.

    \b
    Examples:
      tk start 7f3k
      tk start 7f3k a2c9 -m "looking into it"
    """
    from plaintickets.actions.claim import Assignment

    assignment = Assignment(context.project)
    prepare = None if no_assign else assignment.start
    run_status_change(context, "start", tickets, "active", of_class=True, comment=comment, force=force, prepare=prepare)
    if assignment.assigned and context.is_terminal:
        context.say(f"Assigned to {assignment.name}: {', '.join(assignment.assigned)}")
    for ticket, name in assignment.held.items():
        context.note(f"note: {ticket} is assigned to {name}; `tk claim --force {ticket}` makes it yours")
