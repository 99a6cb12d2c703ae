"""`tk undep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, id_argument, json_option, writes
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("undep")
@id_argument()
@click.argument("deps", metavar="DEP-ID…", nargs=-1, required=True, type=Known("dependency"))
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str, deps: tuple[str, ...]) -> None:
    """Remove dependencies of a ticket.

    \b
    Examples:
      tk undep 7f3k a2c9
    """
    from plaintickets.actions.link import undepend

    related = undepend(context.project, ticket, deps, subject=context.subject)
    ticket_id, *others = related.ids
    if related.changed == 0:
        context.say("Dependency not found")
        raise RefusedError(f"{ticket_id} does not depend on {', '.join(others)}")
    for dep in related.moved:
        context.say(f"Removed dependency: {ticket_id} -/-> {dep}")
    for dep in dict.fromkeys(others):
        if dep not in related.moved:
            context.say(f"Dependency not found: {dep}")
    finish(context, related.outcome, id=ticket_id, deps=others)
