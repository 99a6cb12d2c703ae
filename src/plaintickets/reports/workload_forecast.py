"""When the open work will be done, by drawing from what was closed in past periods."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from plaintickets.core.forecast import FARTHEST, SEED, TRIALS, at_chance, periods_needed
from plaintickets.core.periods import after, moment_of, periods, start_of
from plaintickets.core.table import Column, Table
from plaintickets.reports.lives import first_moment
from plaintickets.reports.volume import STEPS, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from plaintickets.core.periods import Unit
    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("chance", "chance", "share"),
    Column("periods", "periods", "count"),
    Column("date", "done by", "date"),
    Column("periods_with_new", "with new", "count"),
    Column("date_with_new", "done by, with new", "date"),
)
CHANCES = (0.5, 0.7, 0.85, 0.95)
PAST_PERIODS = 12


def report(asked: Asked) -> Table:
    """Forecast when the selected open tickets are done, with the chance of it.

    Each of 1,000 trials draws what is closed in each coming period from the past whole periods, with equal chances;
    `with new` also draws what was opened, reopened and removed in the same period. Raises PeriodsError.
    """
    spans = past_periods(asked)
    closed, shrunk, left = _past(asked, spans)
    rows: list[Sequence[Cell]] = []
    trials, with_new = periods_needed(closed, left), periods_needed(shrunk, left)
    for chance in CHANCES:
        found, with_found = at_chance(trials, chance), at_chance(with_new, chance)
        dates = (day_after(asked, found), day_after(asked, with_found))
        rows.append((chance, found, dates[0], with_found, dates[1]))
    notes = [f"{left:,} open; {method(asked.unit, spans)}", *past_note(asked.unit, closed)]
    if spans and any(row[1] is None or row[3] is None for row in rows):
        notes.append(f"without a date: too few trials end within {FARTHEST} {asked.unit}s")
    return Table("When the open work will be done", COLUMNS, rows, notes)


def past_periods(asked: Asked) -> list[tuple[datetime, datetime]]:
    """Return the whole periods that are drawn from: since the beginning, or the last twelve.

    A period that has not ended is left out, and so is the one in which the first ticket began.
    """
    last = start_of(asked.until - timedelta(microseconds=1), asked.unit)
    if asked.since is not None:
        return [span for span in periods(asked.since, last, asked.unit) if span[0] >= asked.since]
    first = after(start_of(moment_of(first_moment(asked)), asked.unit), asked.unit)
    return periods(first, last, asked.unit)[-PAST_PERIODS:]


def _past(asked: Asked, spans: Sequence[tuple[datetime, datetime]]) -> tuple[list[int], list[int], int]:
    """Return how many were closed in each period, by how many the open ones shrank, and how many are open."""
    starts = [start.timestamp() for start, _ in spans]
    stop, end = spans[-1][1].timestamp() if spans else 0.0, asked.until.timestamp()
    closed, shrunk, left = [0] * len(spans), [0] * len(spans), 0
    for times in (asked.times or {}).values():
        for when, step in steps_of(times, asked.is_done):
            left += STEPS[step] if when < end else 0
            place = bisect_right(starts, when) - 1
            if place >= 0 and when < stop:
                closed[place] += step == "closed"
                shrunk[place] -= STEPS[step]
    return closed, shrunk, left


def day_after(asked: Asked, count: int | None) -> str | None:
    """Return the day before which so many periods from the end of the report are over."""
    if count is None:
        return None
    moment = asked.until
    try:
        for _ in range(count):
            moment = after(moment, asked.unit)
    except (OverflowError, ValueError):
        return None
    return f"{moment:%Y-%m-%d}"


def method(unit: Unit, spans: Sequence[tuple[datetime, datetime]]) -> str:
    """Return how the forecast is made."""
    if not spans:
        return f"no forecast: there is no whole {unit} to draw from"
    range_ = f"{spans[0][0]:%Y-%m-%d} to {spans[-1][1] - timedelta(days=1):%Y-%m-%d}"
    return f"{TRIALS:,} trials (seed {SEED}), each {unit} drawn from the {len(spans):,} from {range_}"


def past_note(unit: Unit, closed: Sequence[int]) -> list[str]:
    """Return what was done in the periods that are drawn from."""
    if not closed:
        return []
    mean = sum(closed) / len(closed)
    return [
        f"in a {unit} {min(closed):,} to {max(closed):,} were closed, {mean:.1f} on average; the past is no promise"
    ]
