"""`tk log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("log")
@click.argument("ticket", metavar="[ID]", required=False, type=Known("ticket"))
@click.option("--grep", metavar="TEXT", default="", help="Only events whose changed text contains TEXT.")
@click.option(
    "--field",
    "fields",
    metavar="NAME",
    type=Known("field"),
    multiple=True,
    help="Only changes of this field; repeatable.",
)
@click.option(
    "--author",
    metavar="NAME",
    type=Known("person"),
    default="",
    help="Only events by NAME, a part of a name or mail address; `me` is you.",
)
@click.option("--since", metavar="DATE", type=Known("day"), help="Only events since DATE: 2026-10-01, -7d.")
@click.option("--until", metavar="DATE", type=Known("day"), help="Only events until DATE.")
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", default=0, help="Show at most N events.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    ticket: str | None,
    grep: str,
    fields: tuple[str, ...],
    author: str,
    since: str | None,
    until: str | None,
    limit: int,
) -> None:
    """Show the history of a ticket, or of all tickets, as field changes and comments, newest first.

    The history is read from git, across renames and merges. It includes removed tickets.

    \b
    Examples:
      tk log 7f3k
      tk log 7f3k --field status --json
      tk log --author ada --since -7d
    """
    from plaintickets.actions.log import SHALLOW_NOTE, history, note_unknown_author, wanted_events, wanted_of

    project = context.project
    wanted = wanted_of(project, grep, fields, author, since, until)
    found = history(project, ticket)
    events = wanted_events(found.events, wanted)
    if not events:
        note_unknown_author(project, wanted)
    events = events[:limit] if limit else events
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("events", [event.as_json() for event in events], complete=found.complete))
        return
    from plaintickets.render.events import lines

    text = "\n".join(lines(events, context.paint, with_ticket=ticket is None))
    if text:
        context.page(text + "\n")
    if not found.complete:
        context.note(SHALLOW_NOTE)
