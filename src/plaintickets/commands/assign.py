"""`tk assign`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("assign")
@click.argument("tickets", metavar="ID…", nargs=-1, required=True, type=Known("assign words"))
@click.argument("name", metavar="NAME", type=Known("assignee"))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], name: str) -> None:
    """Set the assignee of tickets; `me` is you, `-` is nobody.

    \b
    Examples:
      tk assign 7f3k me
      tk assign 7f3k a2c9 "Ada Lovelace"
      tk assign 7f3k -
    """
    from plaintickets.actions.set import Setting, set_fields
    from plaintickets.commands.set import report

    setting = Setting("assignee", "=", "" if name == "-" else name)
    report(context, set_fields(context.project, "assign", tickets, [setting], subject=context.subject))
