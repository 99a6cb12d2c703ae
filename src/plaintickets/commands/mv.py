"""`tk mv`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("mv")
@id_argument()
@click.argument("new_id", metavar="NEW-ID")
@click.option("--texts", is_flag=True, help="Also change mentions of the id in texts.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str, new_id: str, *, texts: bool) -> None:
    """Rename a ticket and update every field that refers to it, in one commit.

    \b
    Examples:
      tk mv 7f3k pt-parser
      tk mv 7f3k pt-parser --texts
    """
    from plaintickets.actions.rename import rename

    renamed = rename(context.project, ticket, new_id, texts=texts, subject=context.subject)
    others = len(renamed.touched) - 1
    context.say(f"Renamed to {new_id}; {others} other ticket{'s' if others != 1 else ''} changed")
    if renamed.mentions:
        context.note(f"the old id is still in the text of {', '.join(renamed.mentions)} (--texts changes them)")
    finish(context, renamed.outcome, id=new_id, touched=renamed.touched, mentions=renamed.mentions)
