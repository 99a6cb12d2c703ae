"""Days, weeks and months in UTC, the periods of a report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from plaintickets.core.query.dates import add_months, midnight

Unit = Literal["day", "week", "month"]
UNITS: tuple[Unit, ...] = ("day", "week", "month")
MOST = 5000


class PeriodsError(ValueError):
    """More periods than a report can have."""


def start_of(moment: datetime, unit: Unit) -> datetime:
    """Return the start of the day, week (from Monday) or month that contains a moment."""
    day = midnight(moment)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def after(start: datetime, unit: Unit) -> datetime:
    """Return the start of the next period."""
    if unit == "month":
        return add_months(start, 1)
    return start + timedelta(days=7 if unit == "week" else 1)


def periods(since: datetime, until: datetime, unit: Unit) -> list[tuple[datetime, datetime]]:
    """Return the periods that overlap the time from `since` to before `until`, each as start and end.

    Raise PeriodsError for more than 5,000 periods.
    """
    found: list[tuple[datetime, datetime]] = []
    start = start_of(since, unit)
    while start < until:
        end = after(start, unit)
        found.append((start, end))
        if len(found) > MOST:
            raise PeriodsError(unit)
        start = end
    return found


def moment_of(seconds: float) -> datetime:
    """Return seconds since 1970 as a moment in UTC, limited to the years 1 to 9999."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)
