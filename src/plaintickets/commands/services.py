"""`tk services`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, known

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
    from plaintickets.actions.services import service, services_table
    from plaintickets.commands.concerned_output import show

    show(context, "service", name, columns, service, services_table)
