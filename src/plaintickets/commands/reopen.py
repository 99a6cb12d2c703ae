"""`tk reopen`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes
from plaintickets.commands.status_commands import run_status_change

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("reopen")
@ids_argument(kind="closed ticket")
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@click.option("--force", is_flag=True, help="Reopen even if the workflow does not allow it.")
@json_option
@writes(message=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], comment: str | None, *, force: bool) -> None:
    """Open tickets again; this removes `closed` and `resolution`.

    \b
    Examples:
      tk reopen 7f3k
      tk reopen 7f3k a2c9 -m "it came back"
    """
    run_status_change(context, "reopen", tickets, "open", of_class=True, comment=comment, force=force)
