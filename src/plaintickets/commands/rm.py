"""`tk rm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, ids_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("rm")
@ids_argument()
@click.option("--force", is_flag=True, help="Also remove the references to them.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], *, force: bool) -> None:
    """Remove tickets; refused if other tickets refer to them. `tk undo` restores them.

    \b
    Examples:
      tk rm 7f3k
      tk rm 7f3k --force
    """
    from plaintickets.actions.rename import remove

    removed = remove(context.project, tickets, force=force, subject=context.subject)
    for ticket_id in removed.gone:
        context.say(f"Removed {ticket_id}")
    for ticket_id in removed.touched:
        context.say(f"  and the reference in {ticket_id}")
    finish(context, removed.outcome, removed=removed.gone, touched=removed.touched)
