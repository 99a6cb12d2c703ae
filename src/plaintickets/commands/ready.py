"""`tk ready`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, at_option, filter_options, list_form
from plaintickets.commands.listing import ordered, show_tickets

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("ready", cls=QueryCommand)
@at_option
@filter_options
@click.pass_obj
def command(context: CommandContext, /, **options: Any) -> None:
    """List tickets that are not blocked: open, with all dependencies closed; the most urgent first.

    A ticket that waits for somebody or for a day (`tk wait`, `tk snooze`) is not
    ready until that has come; `tk ls 'has:wake OR has:waiting_on'` lists those.

    The exit code is 4 if a ticket depends on a file that cannot be read.

    \b
    Examples:
      tk ready
      tk ready -a me
      tk ready --limit 1 'type:bug'
    """
    if context.asks_all_stores:
        from plaintickets.commands.all_stores import show_list

        show_list(context, "ready", options)
        return
    from plaintickets.actions.listing import ready, refuse_unreadable, select, unreadable_dependencies
    from plaintickets.render.listing import ready_line

    form = list_form(context, options)
    asked = asked_filter(options)
    listed = ordered(context, ready(context.project, asked), form, nothing="no ticket that matches is ready")
    show_tickets(context, listed, ready_line, form)
    if context.project.reading.broken:
        waiting = select(context.project, asked, closed_too=False)
        refuse_unreadable(unreadable_dependencies(context.project, waiting))
