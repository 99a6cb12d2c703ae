"""A month of a calendar with the hours of each day, and the list of calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from plaintickets.core.servicedesk.calendar_settings import workday_of
from plaintickets.core.servicedesk.calendar_text import WEEKDAYS, span_text
from plaintickets.core.servicedesk.duration import DAY, written
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.servicedesk.calendar import Calendar

DAYS = (
    Column("date", "date", "date"),
    Column("day", "day"),
    Column("hours", "hours"),
    Column("seconds", "open", "duration"),
    Column("note", "note"),
)
CALENDARS = (Column("name", "calendar"), Column("zone", "zone"), Column("workday", "workday"))


def month_table(calendar: Calendar, day: date) -> Table:
    """Return the days of the month that contains a day, each with its hours, what they come to, and its holiday."""
    first = day.replace(day=1)
    rows = []
    for number in range((_next_month(first) - first).days):
        one = first + timedelta(days=number)
        hours = ", ".join(span_text(start, end) for start, end in calendar.spans_on(one))
        seconds = calendar.elapsed(_midnight(calendar, one), _midnight(calendar, one + timedelta(days=1)))
        note = calendar.closed_on(one)
        rows.append(
            (one.isoformat(), WEEKDAYS[one.weekday()], hours, seconds or None, note or ("closed" if note == "" else ""))
        )
    total = sum(row[3] or 0 for row in rows)
    notes = [f"{written(total, DAY * 366)} open in {sum(bool(row[3]) for row in rows)} days, times in {calendar.zone}"]
    return Table(f"{calendar.name} in {first:%Y-%m}", DAYS, rows, notes)


def calendars_table(names: Sequence[str], calendars: Mapping[str, Any]) -> Table:
    """Return the calendars with their zones, and how long a day is in a duration."""
    rows = []
    for name in names:
        entry = calendars.get(name, {"zone": "UTC", "workday": "24h"})
        rows.append((name, entry["zone"], written(workday_of(entry), DAY * 366)))
    return Table("Calendars", CALENDARS, rows)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _midnight(calendar: Calendar, day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=calendar.zone).timestamp())
