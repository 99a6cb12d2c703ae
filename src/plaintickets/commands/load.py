"""`tk load`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("load")
@click.argument("team", required=False, type=Known("team"))
@json_option
@click.pass_obj
def command(context: CommandContext, team: str | None) -> None:
    """Show how loaded people are: their open tickets, weighted by priority, against their capacity.

    A ticket of the middle priority weighs 1, of the highest 2, of the lowest a half. A full bar is the
    capacity in people.yml. With TEAM, only its people.

    \b
    Examples:
      tk load
      tk load support
      tk load --json
    """
    from plaintickets.actions.load import load
    from plaintickets.render.tables import rendered

    table = load(context.project, team, bars=not context.json)
    context.out(rendered("json" if context.json else "text", table))
    context.report(context.project.reading.problems)
