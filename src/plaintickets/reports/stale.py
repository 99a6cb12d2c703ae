"""Which open tickets nobody has touched for long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.core.query.dates import moment
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.grouped import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("ticket", "ticket", "ticket"),
    Column("quiet", "quiet for", "duration"),
    Column("last", "last change", "date"),
    Column("status", "status"),
    Column("title", "title"),
)
DAYS = 30
_DAY_SECONDS = 86_400


def report(asked: Asked) -> Table:
    """List the open tickets without any change for 30 days of 24 hours, the longest first.

    Every change that is committed counts, a comment or a move of the file too. A ticket without history is as old as
    its key `created`.
    """
    now = asked.now.timestamp()
    found, unknown, still = [], 0, 0
    for ticket in asked.tickets:
        if asked.is_done(ticket.status):
            continue
        still += 1
        last = last_change(ticket, asked)
        if last is None:
            unknown += 1
        elif now - last >= DAYS * _DAY_SECONDS:
            found.append((last, ticket.id, ticket))
    found.sort(key=lambda one: one[:2])
    rows: list[Sequence[Cell]] = [
        (ticket.id, length(now - last, asked.hours), f"{datetime.fromtimestamp(last, UTC):%Y-%m-%d}", ticket.status,
         ticket.title)
        for last, _, ticket in found
    ]  # fmt: skip
    notes = [f"{len(rows):,} of {still:,} open tickets had no change for {DAYS} days"]
    notes += [f"{unknown:,} with neither history nor a readable date"] if unknown else []
    return Table("Stale tickets", COLUMNS, rows, notes, Chart("bars", "ticket", ("quiet",)))


def last_change(ticket: Ticket, asked: Asked) -> float | None:
    """Return when a ticket was changed last, or created where nothing is known of it; at most now."""
    dates = [event.date for event in asked.events.get(ticket.id, ())]
    dates += [time.start for time in (asked.times or {}).get(ticket.id, ())]
    now = asked.now.timestamp()
    if dates:
        return min(max(dates), now)
    created = moment(ticket.created)
    return None if created is None else min(created[0].timestamp(), now)
