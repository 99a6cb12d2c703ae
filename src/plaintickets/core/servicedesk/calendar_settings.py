"""A calendar made from the checked settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from plaintickets.core.servicedesk.calendar import ALWAYS, Calendar, Hours, usual_day
from plaintickets.core.servicedesk.calendar_text import WEEKDAYS, date_of, range_of, span_of, yearly_of
from plaintickets.core.servicedesk.duration import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from plaintickets.core.servicedesk.calendar import Spans

    HolidaysIn = Callable[[str, int], Mapping[date, str]]


def is_calendar(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry of the settings has hours; without, it is a list of holidays."""
    return bool(entry.get("hours") or entry.get("days"))


def calendar_names(calendars: Mapping[str, Any]) -> list[str]:
    """Return the names that a calendar can be asked for by."""
    return [*(name for name, entry in calendars.items() if is_calendar(entry)), ALWAYS]


def countries_of(entry: Mapping[str, Any], calendars: Mapping[str, Any]) -> list[str]:
    """Return the countries and regions whose holidays an entry of the settings names, without the lists there."""
    return [one for one in entry.get("holidays", ()) if one not in calendars]


def calendar_from(name: str, calendars: Mapping[str, Any], holidays_in: HolidaysIn) -> Calendar:
    """Return the calendar of a name that the settings know.

    `holidays_in` returns the holidays of a country, or country and region, in a year.
    """
    if name == ALWAYS and name not in calendars:
        return Calendar(ALWAYS)
    entry = calendars[name]
    lists = [calendars[one] for one in entry.get("holidays", ()) if one in calendars]
    countries = countries_of(entry, calendars)
    closed: dict[date, str] = {}
    yearly: dict[tuple[int, int], str] = {}
    for one in (entry, *lists):
        for text, title in {**dict.fromkeys(one.get("closed", ()), ""), **one.get("dates", {})}.items():
            _close(text, title, closed, yearly)
    days = {day: _spans(texts) for text, texts in entry.get("days", {}).items() if (day := date_of(text))}

    def closed_in(year: int) -> dict[date, str]:
        return {day: title for country in countries for day, title in holidays_in(country, year).items()}

    hours = Hours(_week(entry), days, closed, yearly, closed_in if countries else None)
    return Calendar(name, ZoneInfo(entry["zone"]), hours, workday_of(entry))


def _close(text: str, title: str, closed: dict[date, str], yearly: dict[tuple[int, int], str]) -> None:
    every_year, range_ = yearly_of(text), range_of(text)
    if every_year is not None:
        yearly[every_year] = title
    elif range_ is not None:
        first, last = range_
        for number in range((last - first).days + 1):
            closed[first + timedelta(days=number)] = title


def workday_of(entry: Mapping[str, Any]) -> int:
    """Return how many seconds a day of a duration is: as set, or what most days of the week have."""
    set_to = seconds_of(entry["workday"]) if "workday" in entry else None
    return set_to or usual_day(_week(entry))


def _week(entry: Mapping[str, Any]) -> tuple[Spans, ...]:
    return tuple(_spans(entry.get("hours", {}).get(day, ())) for day in WEEKDAYS)


def _spans(texts: Iterable[str]) -> Spans:
    return tuple(span for text in texts if (span := span_of(text)))
