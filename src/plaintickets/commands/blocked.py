"""`tk blocked`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.listing import (
    QueryCommand,
    asked_filter,
    at_option,
    filter_options,
    ordered,
    refuse_unreadable,
    show_tickets,
)
from plaintickets.commands.ls import note

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("blocked", cls=QueryCommand)
@at_option
@filter_options
@click.pass_obj
def command(context: CommandContext, /, **options: Any) -> None:
    """List blocked tickets with the open tickets they depend on, the most urgent first.

    The exit code is 4 if a ticket depends on a file that cannot be read.

    \b
    Examples:
      tk blocked
      tk blocked -T release --json
    """
    from plaintickets.actions.listing import blocked, unreadable_dependencies
    from plaintickets.render.listing import blocked_line

    graph = context.project.graph
    tickets = ordered(context, blocked(context.project, asked_filter(options)), options["order"], options["limit"])
    show_tickets(
        context,
        tickets,
        lambda ticket: blocked_line(ticket, graph.open_blockers(ticket)),
        lambda ticket: note(context, ticket),
    )
    refuse_unreadable(unreadable_dependencies(context.project, tickets))
