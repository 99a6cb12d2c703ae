"""`tk closed`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, at_option, filter_options, list_form
from plaintickets.commands.listing import ordered, show_tickets

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.render.list_columns import Row


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
    if context.asks_all_stores:
        from plaintickets.commands.all_stores import show_list

        show_list(context, "closed", options)
        return
    from plaintickets.actions.listing import CLOSED_LIMIT, closed
    from plaintickets.render.listing import closed_line

    form = list_form(context, options)
    form = form._replace(limit=CLOSED_LIMIT if form.limit is None else form.limit)
    tickets = closed(context.project, asked_filter(options), 0)
    listed = ordered(context, tickets, form, urgent_first=False, nothing="no ticket that matches is closed")
    rows = {ticket.id: _row(context, ticket) for ticket in listed.tickets} if form.form == "table" else {}
    show_tickets(context, listed, closed_line, form, rows)


def _row(context: CommandContext, ticket: Ticket) -> Row:
    """Return the row of a ticket with how and how long ago it was closed."""
    from plaintickets.render.list_columns import Row
    from plaintickets.render.styled import styled
    from plaintickets.render.times import ago

    when = f"{ago(ticket.closed, context.project.now)} ago" if ticket.closed else ""
    return Row(ticket, more={"resolution": styled(ticket.text("resolution")), "ended": styled(when, "quiet")})
