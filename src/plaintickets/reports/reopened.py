"""Which tickets were reopened, how often, and how long they had been done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.core.quantiles import median
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.grouped import length
from plaintickets.reports.volume import steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("ticket", "ticket", "ticket"),
    Column("times", "reopened", "count"),
    Column("last", "last", "date"),
    Column("done", "median time done", "duration"),
    Column("status", "status now"),
    Column("title", "title"),
)


def report(asked: Asked) -> Table:
    """List the tickets that were reopened in the time of the report, those reopened most often first."""
    start = asked.since.timestamp() if asked.since is not None else float("-inf")
    end = asked.until.timestamp()
    tickets = {ticket.id: ticket for ticket in asked.tickets}
    closed = 0
    rows: list[tuple[int, int, str, Sequence[Cell]]] = []
    for name, times in (asked.times or {}).items():
        steps = [(when, step) for when, step in steps_of(times, asked.is_done) if start <= when < end]
        closed += any(step == "closed" for _, step in steps)
        found = [one for one in reopenings(times, asked) if start <= one[1] < end]
        if not found:
            continue
        ticket, last = tickets.get(name), found[-1][1]
        half = median(asked.hours.elapsed(*one) for one in found)
        shown = (ticket.status, ticket.title) if ticket is not None else ("removed", "")
        day = f"{datetime.fromtimestamp(last, UTC):%Y-%m-%d}"
        rows.append((-len(found), -last, name, (name, len(found), day, length(half, asked.hours), *shown)))
    rows.sort(key=lambda row: row[:3])
    notes = [f"{len(rows):,} reopened; {closed:,} tickets were closed in this time"]
    return Table("Reopened tickets", COLUMNS, [row[3] for row in rows], notes, Chart("bars", "ticket", ("times",)))


def reopenings(times: Sequence[StatusTime], asked: Asked) -> list[tuple[int, int]]:
    """Return each time that a ticket was done and then was not: its closing and its reopening.

    A ticket that begins in a done status is done from its beginning. One that is removed while done and comes back
    open is a new one.
    """
    found, since = [], None
    for start, status in times:
        if not status:
            since = None
        elif asked.is_done(status):
            since = start if since is None else since
        elif since is not None:
            found.append((since, start))
            since = None
    return found
