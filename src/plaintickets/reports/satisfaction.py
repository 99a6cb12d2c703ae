"""How content the askers were: the ratings of the tickets that were done in each period."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from plaintickets.core.periods import moment_of, periods
from plaintickets.core.quantiles import median
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.lives import finish_of, first_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("start", "from", "date"),
    Column("done", "done", "count"),
    Column("rated", "rated", "count"),
    Column("answered", "share rated", "share"),
    Column("mean", "mean rating", "number"),
    Column("median", "median rating", "number"),
)
RATINGS = {str(number): number for number in range(1, 6)}


def report(asked: Asked) -> Table:
    """Count the ratings from 1 to 5 of the tickets that were done for good in each period.

    Raises PeriodsError for too many periods.
    """
    spans = periods(asked.since or moment_of(first_moment(asked)), asked.until, asked.unit)
    starts = [start.timestamp() for start, _ in spans]
    done: list[list[Ticket]] = [[] for _ in spans]
    for ticket in asked.tickets:
        found = finish_of((asked.times or {}).get(ticket.id, ()), asked)
        if found is not None and found.closed >= starts[0]:
            done[bisect_right(starts, found.closed) - 1].append(ticket)
    rows = [(f"{start:%Y-%m-%d}", *_figures(part)) for (start, _), part in zip(spans, done, strict=True)]
    everything = [ticket for part in done for ticket in part]
    number, rated, share, mean, _ = _figures(everything)
    notes = [f"{number:,} done, {rated:,} rated" + (f" ({share:.0%}), on average {mean}" if rated else "")]
    unread = sum(bool(ticket.text("rating")) and rating_of(ticket) is None for ticket in everything)
    notes += [f"{unread:,} with a rating that is none from 1 to 5"] if unread else []
    return Table(f"Ratings by {asked.unit}", COLUMNS, rows, notes, Chart("lines", "start", ("done", "rated")))


def _figures(tickets: Sequence[Ticket]) -> tuple[Cell, ...]:
    ratings = [found for ticket in tickets if (found := rating_of(ticket)) is not None]
    if not ratings:
        return len(tickets), 0, 0.0 if tickets else None, None, None
    mean = round(sum(ratings) / len(ratings), 2)
    return len(tickets), len(ratings), round(len(ratings) / len(tickets), 4), mean, median(ratings)


def rating_of(ticket: Ticket) -> int | None:
    """Return the rating of a ticket, None for none from 1 to 5."""
    return RATINGS.get(ticket.text("rating").strip())
