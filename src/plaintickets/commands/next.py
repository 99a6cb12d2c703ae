"""`tk next`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, filter_options, list_form
from plaintickets.commands.listing import Listed, show_tickets

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("next", cls=QueryCommand)
@filter_options
@click.pass_obj
def command(context: CommandContext, /, **options: Any) -> None:
    """Print the ticket to begin next: the most urgent one that is ready, and that nobody works on.

    It is yours or nobody's, and waits for nobody and for no day. The priority
    decides, then the due date, then whether it is yours, then the age; --sort
    decides first. The exit code is 1 if there is none. With --json the list has one ticket or none.

    \b
    Examples:
      tk next
      tk next -t bug
      tk claim "$(tk next --format plain --columns id)"
      tk next 'tag:docs' --json
      tk next --sort due
    """
    from plaintickets.actions.listing import refuse_unreadable
    from plaintickets.actions.next_ticket import next_ticket
    from plaintickets.actions.sorting import check_order
    from plaintickets.render.listing import ready_line

    form = list_form(context, options)
    check_order(context.project, form.order)
    found = next_ticket(context.project, asked_filter(options), form.order, is_reversed=form.is_reversed)
    tickets = [found.ticket] if found.ticket else []
    show_tickets(context, Listed(tickets, len(tickets), "nothing is ready to begin"), ready_line, form)
    refuse_unreadable(found.unreadable)
    if not tickets:
        others = f"; {found.of_others} ready with others or in work: `tk ready`" if found.of_others else ""
        context.note(f"nothing is ready to begin{others}")
        context.exit(1)
