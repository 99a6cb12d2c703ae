"""`tk snooze`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("snooze")
@click.argument("words", metavar="ID… DATE", nargs=-1, required=True, type=Known("snooze words"))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...]) -> None:
    """Let tickets wait until a day, in the key `wake`; then `tk tick` opens them again.

    The status becomes the first waiting one, if the workflow has one. `tk ls 'wake>today'` lists what sleeps.

    \b
    Examples:
      tk snooze 7f3k friday
      tk snooze 7f3k a2c9 2026-12-01
    """
    from plaintickets.actions.wait import wait

    if len(words) < 2:
        raise UsageError("name a ticket and a day", hint="for example: tk snooze 7f3k friday")
    done = wait(context.project, "snooze", words[:-1], until=words[-1], subject=context.subject)
    for ticket in done.tickets:
        context.say(f"{ticket.id} sleeps until {ticket.text('wake')}")
    finish(context, done.outcome, tickets=[{"id": ticket.id, "wake": ticket.text("wake")} for ticket in done.tickets])
