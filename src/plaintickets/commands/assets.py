"""`tk assets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("assets")
@click.argument("name", metavar="ID", required=False, type=Known("asset"))
@known("asset columns", "--columns", metavar="NAMES", default="", help="The columns of the list, with commas.")
@json_option
@click.pass_obj
def command(context: CommandContext, name: str | None, columns: str) -> None:
    """List the assets, the files `assets/<id>.md` of the store, with their open tickets; with ID, show one.

    A ticket names what it is about in its field `concerns`: `tk set 7f3k concerns+=printer-3`. A column of the
    list can be any key that an asset has.

    \b
    Examples:
      tk assets
      tk assets printer-3
      tk assets --columns id,serial,warranty
      tk ls concerns:printer-3 --all
    """
    from plaintickets.actions import services

    if name is not None:
        if columns:
            raise UsageError("--columns goes with the list, not with one asset")
        from plaintickets.render import concerned

        found = services.asset(context.project, name)
        context.out(concerned.page_json(found) if context.json else concerned.page(found))
    else:
        from plaintickets.render.tables import rendered

        table = services.assets_table(context.project, columns)
        context.out(rendered("json" if context.json else "text", table))
    context.report([*context.project.assets.problems, *context.project.reading.problems])
