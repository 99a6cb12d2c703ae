"""`tk log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.errors import UsageError

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
    help="Only events by NAME, a part of a name or mail address.",
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
    from plaintickets.actions.log import SHALLOW_NOTE, Wanted, check_fields, history, wanted_events

    check_fields(context.project, fields)
    wanted = Wanted(grep, fields, author, seconds_of(context, since), seconds_of(context, until, end=True))
    found = history(context.project, ticket)
    events = wanted_events(found.events, wanted)
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


def seconds_of(context: CommandContext, text: str | None, *, end: bool = False) -> float | None:
    """Return a date as seconds since 1970; with `end`, the last second of a day."""
    if text is None:
        return None
    from plaintickets.core.dates import DATE_EXAMPLES, DateError, sign_hint
    from plaintickets.core.moments import timestamp
    from plaintickets.core.query.dates import typed_period

    moment = timestamp(text)
    if moment is not None:
        return moment.timestamp()
    try:
        start, after = typed_period(text, context.project.now)
    except DateError as error:
        hint = sign_hint(text) or f"write {DATE_EXAMPLES}."
        raise UsageError(f"invalid date '{text}'{f': {error}' if str(error) else ''}", hint=hint) from None
    return max(start.timestamp(), after.timestamp() - 1) if end else start.timestamp()
