"""`tk closed`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.listing import QueryCommand, asked_filter, at_option, filter_options, ordered, show_tickets

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket

DEFAULT_LIMIT = 20


@click.command("closed", cls=QueryCommand)
@at_option
@filter_options
@click.pass_obj
def command(context: CommandContext, /, **options: Any) -> None:
    """List closed tickets, the most recently closed first; 20 of them without --limit.

    \b
    Examples:
      tk closed
      tk closed --limit 5
      tk closed 'closed>=-7d resolution:fixed'
    """
    from plaintickets.actions.listing import closed
    from plaintickets.render.listing import closed_line

    limit = DEFAULT_LIMIT if options["limit"] is None else options["limit"]
    tickets = closed(context.project, asked_filter(options), 0 if options["order"] else limit)
    show_tickets(
        context, ordered(context, tickets, options["order"], limit), closed_line, lambda ticket: _note(context, ticket)
    )


def _note(context: CommandContext, ticket: Ticket) -> str:
    from plaintickets.render.times import ago

    parts = [ticket.text("resolution"), ago(ticket.closed, context.project.now) if ticket.closed else ""]
    return " · ".join(part for part in parts if part)
