"""`tk queues`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("queues")
@json_option
@click.pass_obj
def command(context: CommandContext) -> None:
    """List the queues with their teams, types and calendars, and how many open tickets each has.

    \b
    Examples:
      tk queues
      tk queues --json
    """
    from plaintickets.actions.people import queues_table
    from plaintickets.render.tables import rendered

    context.out(rendered("json" if context.json else "text", queues_table(context.project)))
    context.report(context.project.reading.problems)
