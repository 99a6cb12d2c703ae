"""`tk close`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, ids_argument, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("close")
@ids_argument(kind="open ticket")
@click.option(
    "-r",
    "--resolution",
    metavar="WORD",
    type=Known("resolution"),
    help="How it ended: fixed, wontfix, duplicate, invalid, done.",
)
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Close even if the workflow or a guard forbids it.")
@json_option
@writes(message=False)
@click.pass_obj
def command(
    context: CommandContext, tickets: tuple[str, ...], resolution: str | None, comment: str | None, *, force: bool
) -> None:
    """Close tickets, in one commit.

    \b
    Examples:
      tk close 7f3k
      tk close 7f3k a2c9 -r fixed
      tk close 7f3k -r wontfix -m "the old parser goes away in 2.0"
    """
    run_status_change(
        context, "close", tickets, "done", of_class=True, comment=comment, resolution=resolution, force=force
    )
