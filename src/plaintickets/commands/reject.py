"""`tk reject`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import ids_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("reject")
@ids_argument(kind="open ticket")
@click.option("-m", "--message", "comment", metavar="TEXT", required=True, help="Why: a comment in the same commit.")
@json_option
@writes(message=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], comment: str) -> None:
    """Reject tickets in your own name, with the reason as a comment; this takes back your approval.

    While the rejection of somebody who may approve stands, no guard for approvals is met. Only that person
    takes it back, with `tk approve`.

    \b
    Examples:
      tk reject 7f3k -m "the migration cannot be undone"
    """
    from plaintickets.commands.votes import run_vote
    from plaintickets.core.servicedesk.approvals import REJECTIONS

    run_vote(context, tickets, REJECTIONS, comment)
