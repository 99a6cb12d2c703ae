"""`tk ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import QueryCommand, asked_filter, at_option, filter_options, list_form
from plaintickets.commands.listing import ordered, show_tickets
from plaintickets.commands.options import Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket


@click.command("ls", cls=QueryCommand)
@at_option
@filter_options
@click.option("--status", metavar="STATUS", type=Known("statuses"), help="Only these statuses, also closed ones.")
@click.option("--all", "every", is_flag=True, help="Include closed tickets.")
@click.pass_obj
def command(context: CommandContext, /, *, every: bool, **options: Any) -> None:
    """List tickets, by default those that are not closed.

    `tk help query` explains the language of QUERY. A saved query is used as @name. On a terminal the most
    urgent tickets come first, then the newest, in the columns that fit; a pipe gets the same lines as ever,
    by id. --columns, --sort and --group-by take every field, and `age`, `blockers` and `path`, `updated` and
    `in-status`. Where policies exist, the table has the nearest clock, and `clock`, `left` and `sla` are columns too,
    with `first_response_time`, `next_response_time`, `update_time` and `resolution_time`.

    \b
    Examples:
      tk ls
      tk ls --all --sort priority,-created
      tk ls -a me -T parser
      tk ls 'priority<=1 due<+7d -type:epic'
      tk ls @mine --json id,title,status
      tk ls --columns id,title,due,milestone --sort due
      tk ls --group-by assignee
      tk ls --sort left --columns id,title,clock
      tk ls --tree --all
      tk ls --format csv --columns id,title,created
      tk ls --jq '.tickets[].title'
      tk ls --at v1.0
    """
    if context.asks_all_stores:
        from plaintickets.commands.all_stores import show_list

        show_list(context, "ls --all" if every else "ls", options)
        return
    from plaintickets.actions.listing import select
    from plaintickets.render.listing import list_line

    form = list_form(context, options)
    tickets = select(context.project, asked_filter(options), closed_too=every, whole=not form.is_plain)
    if not tickets and options["query"]:
        tickets = named(context, options["query"])
    nothing = "no ticket matches" if every else "no open ticket matches; `tk ls --all` includes closed ones"
    if not context.project.reading.tickets and not context.project.reading.broken:
        nothing = "no tickets yet; `tk new TITLE` creates one"
    show_tickets(context, ordered(context, tickets, form, nothing=nothing), list_line, form)


def named(context: CommandContext, words: Sequence[str]) -> list[Ticket]:
    """Name on stderr the tickets whose ids or suffixes are the searched words; return none if a word is no id."""
    from plaintickets.core import ids

    tickets = context.project.reading.tickets
    parts = [part for word in words for part in word.split(",")]
    found = [ids.named(part, tickets) for part in parts]
    if any(len(names) != 1 for names in found):
        return []
    chosen = list(dict.fromkeys(names[0] for names in found))
    shows = f"`tk show {' '.join(chosen)}` shows {'it' if len(chosen) == 1 else 'them'}"
    context.note(f"note: no text has '{' '.join(words)}', but it names {', '.join(chosen)}; {shows}")
    return [tickets[name] for name in chosen]
