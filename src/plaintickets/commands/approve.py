"""`tk approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("approve")
@ids_argument(kind="open ticket")
@click.option("-m", "--message", "comment", metavar="TEXT", help="Add a comment in the same commit.")
@json_option
@writes(message=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], comment: str | None) -> None:
    """Approve tickets in your own name, in one commit.

    You are who git says: the author and committer of the commit, found in `people` by mail address or name.
    The approval is an entry `ada@2026-11-25` in the list `approvals`, and valid because you made the commit.
    It takes back your rejection.

    \b
    Examples:
      tk approve 7f3k
      tk approve 7f3k a2c9 -m "tested on the staging server"
    """
    from plaintickets.commands.votes import run_vote
    from plaintickets.core.servicedesk.approvals import APPROVALS

    run_vote(context, tickets, APPROVALS, comment or "")
