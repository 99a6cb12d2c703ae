"""`tk status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("status")
@click.argument("words", metavar="[ID… STATUS]", nargs=-1, type=Known("status words"))
@click.option(
    "-r", "--resolution", metavar="WORD", type=Known("resolution"), help="How it ended, if STATUS is a closed one."
)
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Change it even if the workflow does not allow it.")
@json_option
@writes(message=False)
@click.pass_obj
def command(
    context: CommandContext,
    words: tuple[str, ...],
    resolution: str | None,
    comment: str | None,
    *,
    force: bool,
) -> None:
    """Show the state of the store; with tickets and a status, set the status.

    The state is your tickets in work, what waits for you, what is ready, overdue and blocked, what changed since
    yesterday, problems, and what is not committed or pushed. It fits on a screen of 24 lines. `tk` alone shows it
    too. With --json each section has the number of its tickets and the first ten.

    What waits for you is what you can begin: open tickets assigned to you that are not blocked; and tickets in a
    waiting status that you reported. Ready is what nobody works on yet, without those.

    \b
    Examples:
      tk status
      tk status --json
      tk status 7f3k in_progress
      tk status 7f3k a2c9 closed -r done
    """
    if not words:
        from plaintickets.commands.overview import show_overview

        if comment is not None or resolution is not None or force:
            raise UsageError("name the tickets and their new status", hint="for example: tk status 7f3k closed -r done")
        show_overview(context)
        return
    *tickets, status = words
    if not tickets:
        raise click.UsageError(f"name a ticket and its new status; '{status}' is one word alone")
    from plaintickets.commands.status_commands import run_status_change

    run_status_change(context, "status", tuple(tickets), status, comment=comment, resolution=resolution, force=force)
