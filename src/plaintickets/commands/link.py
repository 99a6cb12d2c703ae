"""`tk link`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, id_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("link")
@id_argument("first")
@click.argument("others", metavar="ID…", nargs=-1, required=True, type=Known("new link"))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, first: str, others: tuple[str, ...]) -> None:
    """Link tickets to each other, in both directions.

    \b
    Examples:
      tk link 7f3k a2c9
      tk link 7f3k a2c9 m4xq
    """
    from plaintickets.actions.link import link

    related = link(context.project, [first, *others], subject=context.subject)
    if related.changed == 0:
        context.say("All links already exist")
    else:
        context.say(f"Added {related.changed} link(s) between {len(related.ids)} tickets")
    finish(context, related.outcome, ids=related.ids)
