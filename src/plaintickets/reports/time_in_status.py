"""Where tickets wait: how long they are in each status, and which one takes most of their lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.quantiles import quantile
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.grouped import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("status", "status"),
    Column("n", "tickets", "count"),
    Column("median", "median", "duration"),
    Column("p90", "90 of 100 within", "duration"),
    Column("total", "together", "duration"),
    Column("share", "share", "share"),
)
_HIGH = 0.9


def report(asked: Asked) -> Table:
    """Add up the time that each ticket was in each status which is not done, between the ends of the report.

    A ticket that was in a status several times counts once, with the sum. A stay that is not over counts as far as it
    has come.
    """
    spent: dict[str, list[float]] = {}
    for times in (asked.times or {}).values():
        for status, seconds in stays(times, asked).items():
            spent.setdefault(status, []).append(seconds)
    whole = sum(map(sum, spent.values()))
    order = {name: place for place, name in enumerate(asked.statuses)}
    rows: list[Sequence[Cell]] = []
    for status in sorted(spent, key=lambda name: (order.get(name, len(order)), name)):
        values = spent[status]
        lengths = [length(one, asked.hours) for one in (quantile(values, 0.5), quantile(values, _HIGH), sum(values))]
        rows.append((status, len(values), *lengths, round(sum(values) / whole, 4) if whole else None))
    notes = []
    if whole:
        status = max(spent, key=lambda name: (sum(spent[name]), name))
        notes.append(f"bottleneck: {status}, with {sum(spent[status]) / whole:.0%} of the time that tickets were open")
    return Table("Time in each status", COLUMNS, rows, notes, Chart("bars", "status", ("share",)))


def stays(times: Sequence[StatusTime], asked: Asked) -> dict[str, float]:
    """Return how long a ticket was in each status that is not done, in the hours of the report."""
    first = int(asked.since.timestamp()) if asked.since is not None else None
    last = min(int(asked.until.timestamp()), int(asked.now.timestamp()))
    found: dict[str, float] = {}
    for place, (begun, status) in enumerate(times):
        end = min(times[place + 1].start if place + 1 < len(times) else last, last)
        start = begun if first is None else max(begun, first)
        if status and not asked.is_done(status) and start < end:
            found[status] = found.get(status, 0) + asked.hours.elapsed(start, end)
    return found
