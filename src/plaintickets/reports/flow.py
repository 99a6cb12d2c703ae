"""How the work flows: tickets in each status over time, work in progress, throughput, and how long tickets take."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from plaintickets.core.periods import moment_of, periods
from plaintickets.core.quantiles import median, quantile
from plaintickets.core.servicedesk.duration import Length, written
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.lives import finishes, first_moment
from plaintickets.reports.periods_by_group import by_group

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked
    from plaintickets.reports.lives import Finish

STATUS = "status:"
"""The beginning of the key of a status's column."""
COLUMNS = (
    Column("start", "from", "date"),
    Column("wip", "work in progress", "count"),
    Column("throughput", "done", "count"),
    Column("cycle", "cycle time", "duration"),
    Column("lead", "lead time", "duration"),
)
_HIGH = 0.85


def report(asked: Asked) -> Table:
    """Count by period, of each group if the question has groups.

    Raises PeriodsError for too many periods.
    """
    return by_group(asked, _counted, "wip")


def _counted(asked: Asked) -> Table:
    """Count the tickets in each status at the end of each period, and those that were done in it.

    The work in progress are the tickets in a status of the class active or waiting. The throughput are the tickets
    that were closed in the period and stayed closed. Their cycle time is from the first active status to the closing,
    their lead time from the creation; of each the median. Raises PeriodsError for too many periods.
    """
    spans = periods(asked.since or moment_of(first_moment(asked)), asked.until, asked.unit)
    in_status = _in_status(asked, spans)
    order = {name: place for place, name in enumerate(asked.statuses)}
    names = sorted(in_status, key=lambda name: (order.get(name, len(order)), name))
    running = [name for name in names if asked.status_class(name) in ("active", "waiting")]
    done: list[list[Finish]] = [[] for _ in spans]
    starts = [start.timestamp() for start, _ in spans]
    all_done = list(finishes(asked))
    for one in all_done:
        if one.closed >= starts[0]:
            done[bisect_right(starts, one.closed) - 1].append(one)
    rows: list[Sequence[Cell]] = []
    for place, (start, _) in enumerate(spans):
        cycle, lead = _cycles(done[place], asked), _leads(done[place], asked)
        counts = [in_status[name][place] for name in names]
        wip = sum(in_status[name][place] for name in running)
        rows.append((f"{start:%Y-%m-%d}", *counts, wip, len(done[place]), _length(cycle, asked), _length(lead, asked)))
    columns = (COLUMNS[0], *(Column(STATUS + name, name, "count") for name in names), *COLUMNS[1:])
    notes = _notes(all_done, asked)
    return Table(f"Flow by {asked.unit}", columns, rows, notes, Chart("lines", "start", ("wip", "throughput")))


def _in_status(asked: Asked, spans: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
    """Return how many tickets each status has at the end of each period, or of the report."""
    ends = [min(end, asked.until).timestamp() for _, end in spans]
    changes: dict[str, list[int]] = {}
    for times in (asked.times or {}).values():
        places = [bisect_right(ends, time.start) for time in times] + [len(ends)]
        for time, first, last in zip(times, places, places[1:], strict=False):
            if time.status and first < last:
                row = changes.setdefault(time.status, [0] * (len(ends) + 1))
                row[first] += 1
                row[last] -= 1
    found: dict[str, list[int]] = {}
    for name, row in changes.items():
        total, counts = 0, []
        for change in row[:-1]:
            total += change
            counts.append(total)
        found[name] = counts
    return found


def _cycles(done: Sequence[Finish], asked: Asked) -> list[float]:
    return [asked.hours.elapsed(one.begun, one.closed) for one in done if one.begun is not None]


def _leads(done: Sequence[Finish], asked: Asked) -> list[float]:
    return [asked.hours.elapsed(one.created, one.closed) for one in done]


def _length(values: Sequence[float], asked: Asked, share: float = 0.5) -> Length | None:
    found = quantile(values, share)
    return None if found is None else Length(round(found), asked.hours.workday)


def _notes(done: Sequence[Finish], asked: Asked) -> list[str]:
    """Return the times of the whole report, and how many tickets have no cycle time."""
    notes = []
    for name, values in (("lead", _leads(done, asked)), ("cycle", _cycles(done, asked))):
        half, high = median(values), quantile(values, _HIGH)
        if half is not None and high is not None:
            shown = [written(round(value), asked.hours.workday, " ") for value in (half, high)]
            notes.append(f"{name} time of {len(values):,} done: half within {shown[0]}, 85 of 100 within {shown[1]}")
    never = sum(one.begun is None for one in done)
    if never:
        notes.append(f"{never:,} of {len(done):,} done were never in an active status and have no cycle time")
    return notes
