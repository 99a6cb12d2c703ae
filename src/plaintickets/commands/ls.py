"""`tk ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.listing import QueryCommand, asked_filter, at_option, filter_options, ordered, show_tickets

if TYPE_CHECKING:
    from plaintickets.core.ticket import Ticket
    from plaintickets.frame import Frame


@click.command("ls", cls=QueryCommand)
@at_option
@filter_options
@click.option("--status", metavar="STATUS", help="Only these statuses, closed ones too.")
@click.option("--all", "every", is_flag=True, help="Closed tickets too.")
@click.pass_obj
def command(frame: Frame, /, *, every: bool, **options: Any) -> None:
    """List tickets, by default those that are not closed.

    QUERY is the query language: see `tk help query`. A saved query is used as @name.

    \b
    Examples:
      tk ls
      tk ls --all --sort priority,-created
      tk ls -a me -T parser
      tk ls 'priority<=1 due<+7d -type:epic'
      tk ls @mine --json
      tk ls --at v1.0
    """
    from plaintickets.actions.listing import select
    from plaintickets.render.listing import list_line

    tickets = select(frame.tracker, asked_filter(options), closed_too=every)
    show_tickets(
        frame, ordered(tickets, options["order"], options["limit"]), list_line, lambda ticket: note(frame, ticket)
    )


def note(frame: Frame, ticket: Ticket) -> str:
    """What stands behind a title on a terminal: how old it is, what it waits for, whose it is."""
    from plaintickets.render.times import ago

    blockers = frame.tracker.graph.open_blockers(ticket)
    parts = [ago(ticket.created, frame.tracker.now) if ticket.created else ""]
    parts += ["⊘ " + " ".join(blockers) if blockers else "", ticket.assignee]
    return " · ".join(part for part in parts if part)
