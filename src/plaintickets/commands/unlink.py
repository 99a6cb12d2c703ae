"""`tk unlink`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("unlink")
@id_argument()
@id_argument("other", "link")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str, other: str) -> None:
    """Remove the link between two tickets, on both sides.

    \b
    Examples:
      tk unlink 7f3k a2c9
    """
    from plaintickets.actions.link import unlink

    related = unlink(context.project, ticket, other, subject=context.subject)
    one, two = related.ids
    if related.changed == 0:
        context.say("Link not found")
        raise RefusedError(f"{one} and {two} are not linked")
    context.say(f"Removed link: {one} <-> {two}")
    finish(context, related.outcome, ids=related.ids)
