"""`tk start`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("start")
@ids_argument()
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Start even if the workflow does not allow it.")
@json_option
@writes(message=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], comment: str | None, *, force: bool) -> None:
    """Start work on tickets: set their status to `in_progress`, or to the first configured active status.

    \b
    Examples:
      tk start 7f3k
      tk start 7f3k a2c9 -m "looking into it"
    """
    run_status_change(context, "start", tickets, "active", of_class=True, comment=comment, force=force)
