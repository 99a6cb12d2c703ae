"""`tk assets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known

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
    from plaintickets.actions.services import asset, assets_table
    from plaintickets.commands.concerned_output import show

    show(context, "asset", name, columns, asset, assets_table)
