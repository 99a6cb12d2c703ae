"""`tk status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("status")
@click.argument("tickets", metavar="ID…", nargs=-1, required=True, type=Known("status words"))
@click.argument("status", metavar="STATUS", type=Known("statuses"))
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
    tickets: tuple[str, ...],
    status: str,
    resolution: str | None,
    comment: str | None,
    *,
    force: bool,
) -> None:
    """Set the status of tickets.

    \b
    Examples:
      tk status 7f3k in_progress
      tk status 7f3k a2c9 closed -r done
    """
    run_status_change(context, "status", tickets, status, comment=comment, resolution=resolution, force=force)
