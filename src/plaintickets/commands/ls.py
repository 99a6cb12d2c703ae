"""`tk ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.listing import QueryCommand, asked_filter, at_option, filter_options, ordered, show_tickets
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket


@click.command("ls", cls=QueryCommand)
@at_option
@filter_options
@click.option("--status", metavar="STATUS", help="Only these statuses, also closed ones.")
@click.option("--all", "every", is_flag=True, help="Include closed tickets.")
@click.pass_obj
def command(context: CommandContext, /, *, every: bool, **options: Any) -> None:
    """List tickets, by default those that are not closed.

    `tk help query` explains the language of QUERY. A saved query is used as @name.

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

    refuse_columns(context, options["query"])
    tickets = select(context.project, asked_filter(options), closed_too=every)
    if not tickets and len(options["query"]) == 1:
        tickets = named(context, options["query"][0])
    show_tickets(
        context,
        ordered(context, tickets, options["order"], options["limit"]),
        list_line,
        lambda ticket: note(context, ticket),
    )


def named(context: CommandContext, word: str) -> list[Ticket]:
    """Name on stderr the ticket whose id or suffix is the searched word."""
    from plaintickets.core import ids

    tickets = context.project.reading.tickets
    found = ids.named(word, tickets)
    if len(found) != 1:
        return []
    context.note(f"note: no text has '{word}', but it names {found[0]}; `tk show {found[0]}` shows it")
    return [tickets[found[0]]]


def refuse_columns(context: CommandContext, query: tuple[str, ...]) -> None:
    """Raise UsageError for `--json id,title`: other tools take fields there, here they would be a query."""
    from plaintickets.query_context import known_fields

    names = query[0].split(",") if context.json and len(query) == 1 else []
    if len(names) > 1 and all(name in known_fields(context.project) for name in names):
        chosen = ", ".join(name if name.isidentifier() else f'"{name}"' for name in names)
        raise UsageError(
            "--json takes no list of fields: it prints all of them",
            hint=f"tk ls --json | jq '.tickets[] | {{{chosen}}}'",
        )


def note(context: CommandContext, ticket: Ticket) -> str:
    """Return the text after a title on a terminal: age, open dependencies, assignee."""
    from plaintickets.render.times import ago

    blockers = context.project.graph.open_blockers(ticket)
    parts = [ago(ticket.created, context.project.now) if ticket.created else ""]
    parts += ["⊘ " + " ".join(blockers) if blockers else "", ticket.assignee]
    return " · ".join(part for part in parts if part)
