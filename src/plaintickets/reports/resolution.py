"""How long tickets took from their beginning until they were done for good, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.reports import grouped
from plaintickets.reports.lives import finish_of

if TYPE_CHECKING:
    from plaintickets.core.table import Table
    from plaintickets.reports import Asked

COLUMNS = grouped.COLUMNS


def report(asked: Asked) -> Table:
    """Measure the time from the beginning to the closing that lasted, of the tickets closed in the time of the report.

    Waiting is not taken off. A ticket that was never open, such as one that was imported closed without dates, has no
    such time.
    """
    start = asked.since.timestamp() if asked.since is not None else float("-inf")
    lengths: dict[str, grouped.Timed] = {}
    for name, times in (asked.times or {}).items():
        done = finish_of(times, asked)
        if done is not None and done.closed >= start:
            lengths[name] = grouped.Timed(done.closed, asked.hours.elapsed(done.created, done.closed))
    return grouped.table("Time to resolution", lengths, asked)
