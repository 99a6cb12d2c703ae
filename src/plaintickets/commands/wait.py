"""`tk wait`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, ids_argument, json_option, known, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("wait")
@ids_argument(kind="open ticket")
@known("waited for", "--on", metavar="WHOM", required=True, help="The reporter, a person, or the id of a ticket.")
@known("day", "--until", metavar="DATE", default="", help="The day on which the waiting ends all the same.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], on: str, until: str) -> None:
    """Note whom or what tickets wait for, in the key `waiting_on`, and set a waiting status if there is one.

    `tk tick` opens them again on the day of `--until`, or when the ticket that they wait for is closed.

    \b
    Examples:
      tk wait 7f3k --on reporter --until +5d
      tk wait 7f3k --on a2c9
      tk ls waiting_on:reporter
    """
    from plaintickets.actions.wait import wait

    done = wait(context.project, "wait", tickets, on=on, until=until, subject=context.subject)
    for ticket in done.tickets:
        wake = ticket.text("wake")
        context.say(f"{ticket.id} waits for {ticket.text('waiting_on')}" + (f" until {wake}" if wake else ""))
    shown = [{"id": one.id, "waiting_on": one.text("waiting_on"), "wake": one.text("wake")} for one in done.tickets]
    finish(context, done.outcome, tickets=shown)
