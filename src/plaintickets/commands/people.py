"""`tk people`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("people")
@click.argument("team", required=False, type=Known("team"))
@json_option
@click.pass_obj
def command(context: CommandContext, team: str | None) -> None:
    """List the people of the project with teams, skills, open tickets and absences; with TEAM, only its people.

    \b
    Examples:
      tk people
      tk people core
      tk people --json
    """
    from plaintickets.actions.people import people_table
    from plaintickets.render.tables import rendered

    context.out(rendered("json" if context.json else "text", people_table(context.project, team)))
    context.report(context.project.reading.problems)
