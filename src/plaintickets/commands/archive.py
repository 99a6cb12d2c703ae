"""`tk archive`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket


@click.command("archive")
@click.argument("tickets", metavar="[ID…]", nargs=-1, type=Known("archivable"))
@click.option(
    "--closed-before",
    "before",
    metavar="DATE",
    type=Known("day"),
    help="Tickets closed before DATE; by default 90 days ago.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only show which tickets would move.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, tickets: tuple[str, ...], before: str | None, *, dry_run: bool) -> None:
    """Move old closed tickets to .tickets/archive/<year>/, where every command still finds them.

    This keeps the store's folder small: commits get slower as it gets more files. For a ticket without a
    closing time, the creation date counts. Reopening a ticket moves it back.

    \b
    Examples:
      tk archive
      tk archive --closed-before 2026-01-01 --dry-run
      tk archive 7f3k
    """
    from plaintickets.actions.rename import archive

    if not dry_run:
        context.project.require_ready()
    chosen = [context.project.find(part) for part in tickets] if tickets else _old(context, before)
    still_open = [ticket.id for ticket in chosen if not context.project.config.is_done(ticket.status)]
    if still_open:
        raise RefusedError(f"not closed: {', '.join(still_open)}", hint="close them first.")
    if dry_run and context.json:
        from plaintickets.render.jsonform import document

        context.out(document("archived", [ticket.id for ticket in chosen], commit=None))
    elif dry_run:
        for ticket in chosen:
            context.out(f"{ticket.id:<8} {ticket.closed or ticket.created}")
    if not tickets:
        context.report(context.project.reading.problems)
    if dry_run:
        return
    done = archive(context.project, chosen, subject=context.subject)
    count = len(done.touched)
    context.say(f"Archived {count} ticket{'s' if count != 1 else ''}" if count else "Nothing to archive")
    finish(context, done.outcome, archived=done.touched)


def _old(context: CommandContext, before: str | None) -> list[Ticket]:
    from plaintickets.actions.rename import ARCHIVED_DAYS, closed_before
    from plaintickets.core.dates import DATE_EXAMPLES, DateError, read_date, sign_hint
    from plaintickets.errors import UsageError

    try:
        limit = (
            read_date(before, context.project.now)
            if before
            else (context.project.now - timedelta(ARCHIVED_DAYS)).date()
        )
    except DateError as error:
        hint = sign_hint(before or "") or f"write {DATE_EXAMPLES}."
        raise UsageError(f"invalid date '{before}'{f': {error}' if str(error) else ''}", hint=hint) from None
    return closed_before(context.project, limit.isoformat())
