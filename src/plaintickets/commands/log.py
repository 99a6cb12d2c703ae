"""`tk log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import complete_ids, json_option
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("log")
@click.argument("ticket", metavar="[ID]", required=False, shell_complete=complete_ids)
@click.option("--grep", metavar="TEXT", default="", help="Only events whose changed text contains TEXT.")
@click.option("--field", "fields", metavar="NAME", multiple=True, help="Only changes of this field; repeatable.")
@click.option("--author", metavar="NAME", default="", help="Only events by NAME, a part of a name or mail address.")
@click.option("--since", metavar="DATE", help="Only events since DATE: 2026-10-01, -7d.")
@click.option("--until", metavar="DATE", help="Only events until DATE.")
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
    from plaintickets.actions.log import Wanted, check_fields, history, wanted_events

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
        context.note("this clone is shallow: older commits are not shown (git fetch --unshallow)")


def seconds_of(context: CommandContext, text: str | None, *, end: bool = False) -> float | None:
    """Return a date as seconds since 1970; with `end`, the last second of a day."""
    if text is None:
        return None
    from datetime import UTC, datetime, timedelta

    from plaintickets.core.dates import DateError, read_date
    from plaintickets.core.moments import timestamp

    try:
        moment = timestamp(text)
        if moment is not None:
            return moment.timestamp()
        day = read_date(text, context.project.now)
    except DateError as error:
        raise UsageError(f"invalid date '{text}'{f': {error}' if str(error) else ''}", hint="2026-10-01, -7d") from None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (start + timedelta(days=1, seconds=-1) if end else start).timestamp()
