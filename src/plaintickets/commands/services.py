"""`tk services`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("services")
@click.argument("name", metavar="NAME", required=False, type=Known("service"))
@known("service columns", "--columns", metavar="NAMES", default="", help="The columns of the list, with commas.")
@json_option
@click.pass_obj
def command(context: CommandContext, name: str | None, columns: str) -> None:
    """List the services of the settings with the numbers of their assets and open tickets; with NAME, show one.

    A ticket belongs to a service if its field `service` names it, or if it `concerns` it or one of its assets.

    \b
    Examples:
      tk services
      tk services email
      tk services --columns name,sla,open
      tk services email --json
    """
    from plaintickets.actions import services

    if name is not None:
        if columns:
            raise UsageError("--columns goes with the list, not with one service")
        from plaintickets.render import concerned

        found = services.service(context.project, name)
        context.out(concerned.page_json(found) if context.json else concerned.page(found))
    else:
        from plaintickets.render.tables import rendered

        table = services.services_table(context.project, columns)
        context.out(rendered("json" if context.json else "text", table))
    context.report([*context.project.assets.problems, *context.project.reading.problems])
