"""`tk blocked`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, at_option, filter_options, list_form
from plaintickets.commands.listing import ordered, show_tickets

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
    if context.asks_all_stores:
        from plaintickets.commands.all_stores import show_list

        show_list(context, "blocked", options)
        return
    from plaintickets.actions.listing import blocked, refuse_unreadable, unreadable_dependencies
    from plaintickets.render.listing import blocked_line

    form = list_form(context, options)
    graph = context.project.graph
    tickets = blocked(context.project, asked_filter(options))
    listed = ordered(context, tickets, form, nothing="no ticket that matches is blocked")
    listed = listed._replace(said=("blockers",))
    show_tickets(context, listed, lambda ticket: blocked_line(ticket, graph.open_blockers(ticket)), form)
    refuse_unreadable(unreadable_dependencies(context.project, listed.tickets))
