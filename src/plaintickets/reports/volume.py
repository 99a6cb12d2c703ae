"""How many tickets were opened, closed and reopened in each period, and how many were open at its end."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from plaintickets.core.periods import moment_of, periods
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.periods_by_group import by_group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from plaintickets.core.status_times import StatusTime
    from plaintickets.reports import Asked

COLUMNS = (
    Column("start", "from", "date"),
    Column("opened", "opened", "count"),
    Column("closed", "closed", "count"),
    Column("reopened", "reopened", "count"),
    Column("open", "still open", "count"),
)
CHART = Chart("lines", "start", ("opened", "closed", "open"))
# A step of a ticket: the counted column, and the change of the number of open tickets.
STEPS = {"opened": 1, "closed": -1, "reopened": 1, "removed": -1}


def report(asked: Asked) -> Table:
    """Count by period, of each group if the question has groups.

    Raises PeriodsError for too many periods.
    """
    return by_group(asked, _counted, "open")


def _counted(asked: Asked) -> Table:
    """Count opened, closed and reopened tickets by period.

    A ticket is opened once, if its first status is not done. A change from a done status to one that is
    not done is reopening. An open ticket that is removed is no longer open, but does not count as closed.
    Raises PeriodsError for too many periods.
    """
    steps = [step for times in (asked.times or {}).values() for step in steps_of(times, asked.is_done)]
    first = min((when for when, _ in steps), default=asked.now.timestamp())
    spans = periods(asked.since or moment_of(first), asked.until, asked.unit)
    starts = [start.timestamp() for start, _ in spans]
    counts = [dict.fromkeys(STEPS, 0) for _ in spans]
    end, open_before = asked.until.timestamp(), 0
    for when, step in steps:
        period = bisect_right(starts, when) - 1
        if when >= end:
            continue
        if period < 0:
            open_before += STEPS[step]
        else:
            counts[period][step] += 1
    rows, still_open = [], open_before
    for (start, _), counted in zip(spans, counts, strict=True):
        still_open += sum(STEPS[step] * number for step, number in counted.items())
        rows.append((f"{start:%Y-%m-%d}", counted["opened"], counted["closed"], counted["reopened"], still_open))
    return Table(f"Tickets by {asked.unit}", COLUMNS, rows, chart=CHART)


def steps_of(times: Sequence[StatusTime], is_done: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Yield each step of one ticket with its moment: opened, closed, reopened, removed."""
    is_open: bool | None = None
    for start, status in times:
        if not status:
            if is_open:
                yield start, "removed"
            is_open = None
        elif is_done(status):
            if is_open:
                yield start, "closed"
            is_open = False
        else:
            if not is_open:
                yield start, "opened" if is_open is None else "reopened"
            is_open = True
