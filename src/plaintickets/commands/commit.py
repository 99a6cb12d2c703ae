"""`tk commit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("commit")
@click.argument("tickets", metavar="[ID…]", nargs=-1, type=Known("ticket"))
@click.option("--force", is_flag=True, help="Commit even if a guard forbids it.")
@json_option
@writes(short=True, modes=False)
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], *, force: bool) -> None:
    """Commit ticket files that were created, changed or removed by hand, and nothing else.

    Each file is checked first. The commit message names the fields that changed.

    \b
    Examples:
      tk commit
      tk commit 7f3k -m "Reworded after the meeting"
    """
    from plaintickets.actions.hand_edits import commit_hand_edits
    from plaintickets.core.diff import names

    done = commit_hand_edits(context.project, tickets, force=force, subject=context.subject)
    for ticket in done.tickets:
        changes = [change for change in done.changes if change.ticket == ticket.id]
        context.say(f"Committed {ticket.id}: {done.verbs[ticket.id] or ', '.join(names(changes)) or 'layout'}")
    finish(context, done.outcome, tickets=[ticket.id for ticket in done.tickets])
