"""The days of a recurring ticket: the part of an RRULE of RFC 5545 that is about days.

The days are found by looking at each day of a period, so the work is bounded by the time since `start`. The library
dateutil looks up to the year 9999 for the days of a rule that has none, which takes seconds: see
docs/decisions/recurring-days.md.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TOO_FINE = ("HOURLY", "MINUTELY", "SECONDLY")
MOST_AT_ONCE = 366
LONGEST_RULE = 200
FIRST_YEAR, LAST_YEAR = 1970, 2100
SEARCHED_YEARS = 12  # in which a rule has its first day, or else none
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_WEEKDAY = re.compile(rf"([+-]?[1-9][0-9]?)?({'|'.join(WEEKDAYS)})")
_FORMS = {
    "FREQ": r"[A-Z]+",
    "INTERVAL": r"[1-9][0-9]{0,3}",
    "COUNT": r"[1-9][0-9]{0,3}",
    "UNTIL": r"[0-9]{8}(T[0-9]{6}Z?)?",
    "WKST": "|".join(WEEKDAYS),
    "BYDAY": _WEEKDAY.pattern,
    "BYMONTHDAY": r"[+-]?([1-9]|[12][0-9]|3[01])",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYSETPOS": r"[+-]?[1-9][0-9]{0,2}",
}
_VALUES = {
    "FREQ": ", ".join(FREQUENCIES),
    "INTERVAL": "1 to 9999",
    "COUNT": "1 to 9999",
    "UNTIL": "a day as 20261231",
    "WKST": ", ".join(WEEKDAYS),
    "BYDAY": f"{', '.join(WEEKDAYS)}, or the first, 1MO, or the last of a month, -1MO",
    "BYMONTHDAY": "1 to 31, and from the end -1 to -31",
    "BYMONTH": "1 to 12",
    "BYSETPOS": "1 to 999, and from the end -1 to -999",
}
_LISTS = ("BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS")


class RecurrenceError(ValueError):
    """An RRULE that cannot be read, or too many days of it at once."""


class Recurrence(NamedTuple):
    """An RRULE. `weekdays` are pairs of an ordinal, 0 for every one, and a day of the week from Monday."""

    frequency: str
    interval: int
    times: int
    until: date | None
    week_start: int
    weekdays: tuple[tuple[int, int], ...]
    month_days: tuple[int, ...]
    months: tuple[int, ...]
    positions: tuple[int, ...]


def start_of(text: str) -> date | None:
    """Return the day of `2026-01-05`, None for other text or another age."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if len(text) == 10 and FIRST_YEAR <= day.year <= LAST_YEAR else None


def recurrence_of(text: str) -> Recurrence:
    """Return the recurrence of an RRULE.

    As in RFC 5545, upper and lower case are the same. Raise RecurrenceError with what is wrong.
    """
    if len(text) > LONGEST_RULE:
        raise RecurrenceError(f"an RRULE has {LONGEST_RULE} characters at most")
    parts: dict[str, list[str]] = {}
    for part in text.upper().removeprefix("RRULE:").split(";"):
        match = _PART.fullmatch(part)
        if match is None or match[1] not in _FORMS or match[1] in parts:
            raise RecurrenceError(
                f"{quoted(part)} is no part of an RRULE, e.g. FREQ=WEEKLY;BYDAY=MO. Known: {', '.join(_FORMS)}"
            )
        parts[match[1]] = match[2].split(",") if match[1] in _LISTS else [match[2]]
        for item in parts[match[1]]:
            if not re.fullmatch(_FORMS[match[1]], item):
                raise RecurrenceError(
                    f"{quoted(item)} cannot stand after {match[1]}= in an RRULE, but {_VALUES[match[1]]}"
                )
    return _checked(parts)


def _checked(parts: dict[str, list[str]]) -> Recurrence:
    frequency = parts.get("FREQ", [""])[0]
    if frequency in TOO_FINE:
        known = ", ".join(FREQUENCIES)
        raise RecurrenceError(f"FREQ={frequency} has more than one occurrence a day. Write one of {known}")
    if frequency not in FREQUENCIES:
        raise RecurrenceError(f"an RRULE needs a FREQ, one of {', '.join(FREQUENCIES)}")
    if "UNTIL" in parts and "COUNT" in parts:
        raise RecurrenceError("an RRULE ends by UNTIL or by COUNT, not by both")
    weekdays = []
    for item in parts.get("BYDAY", ()):
        match = _WEEKDAY.fullmatch(item)
        if match is not None:
            weekdays.append((int(match[1] or 0), WEEKDAYS.index(match[2])))
    if frequency in {"DAILY", "WEEKLY"} and any(ordinal for ordinal, _ in weekdays):
        raise RecurrenceError(f"a BYDAY with a number needs FREQ=MONTHLY or YEARLY, not {frequency}")
    until = None
    if "UNTIL" in parts:
        day = parts["UNTIL"][0]
        until = start_of(f"{day[:4]}-{day[4:6]}-{day[6:8]}")
        if until is None:
            raise RecurrenceError(f"UNTIL={day} is no date")
    month_days, months, positions = (
        tuple(map(int, parts.get(name, ()))) for name in ("BYMONTHDAY", "BYMONTH", "BYSETPOS")
    )
    interval, times = int(parts.get("INTERVAL", ["1"])[0]), int(parts.get("COUNT", ["0"])[0])
    week_start = WEEKDAYS.index(parts.get("WKST", ["MO"])[0])
    return Recurrence(frequency, interval, times, until, week_start, tuple(weekdays), month_days, months, positions)


def occurrences(rule: Recurrence, start: date, after: date | None, until: date) -> list[date]:
    """Return the days of a rule from `start` on, after `after` if given, up to and with `until`.

    Raise RecurrenceError for more than 366.
    """
    found: list[date] = []
    for day in days(rule, start, until):
        if after is None or day > after:
            found.append(day)
        if len(found) > MOST_AT_ONCE:
            raise RecurrenceError(f"more than {MOST_AT_ONCE} tickets are due at once; set `start` to a later day")
    return found


def has_days(rule: Recurrence, start: date) -> bool:
    """Tell whether a rule has a day within 12 years of its start."""
    last = start.replace(year=start.year + SEARCHED_YEARS, day=min(start.day, 28))
    return next(days(rule, start, last), None) is not None


def days(rule: Recurrence, start: date, last: date) -> Iterator[date]:
    """Yield the days of a rule from `start` up to and with `last`, in order."""
    rule = _with_defaults(rule, start)
    last = min(last, rule.until or last)
    left = rule.times or -1
    for first, length in _periods(rule, start, last):
        held = [day for number in range(length) if _holds(rule, day := first + timedelta(days=number))]
        if rule.positions:
            places = {place - 1 if place > 0 else len(held) + place for place in rule.positions}
            held = [held[place] for place in sorted(places) if 0 <= place < len(held)]
        for day in held:
            if day > last or not left:
                return
            if day >= start:
                left -= 1
                yield day


def _with_defaults(rule: Recurrence, start: date) -> Recurrence:
    """Return the rule with what RFC 5545 takes from the start where nothing else is given."""
    if rule.weekdays or rule.month_days:
        return rule
    if rule.frequency == "WEEKLY":
        return rule._replace(weekdays=((0, start.weekday()),))
    if rule.frequency == "MONTHLY":
        return rule._replace(month_days=(start.day,))
    if rule.frequency == "YEARLY":
        return rule._replace(months=rule.months or (start.month,), month_days=(start.day,))
    return rule


def _periods(rule: Recurrence, start: date, last: date) -> Iterator[tuple[date, int]]:
    """Yield the first day and the length of each period that counts, while it begins by `last`."""
    first = start
    if rule.frequency == "WEEKLY":
        first = start - timedelta(days=(start.weekday() - rule.week_start) % 7)
    elif rule.frequency in {"MONTHLY", "YEARLY"}:
        first = start.replace(day=1, month=1 if rule.frequency == "YEARLY" else start.month)
    while first <= last:
        if rule.frequency == "MONTHLY":
            length = monthrange(first.year, first.month)[1]
        else:
            length = {"DAILY": 1, "WEEKLY": 7}.get(rule.frequency) or 365 + isleap(first.year)
        yield first, length
        if rule.frequency == "YEARLY":
            year, month = first.year + rule.interval, 1
        elif rule.frequency == "MONTHLY":
            year, month = divmod(first.year * 12 + first.month - 1 + rule.interval, 12)
            month += 1
        else:
            first += timedelta(days=length * rule.interval)
            continue
        if year > LAST_YEAR:
            return
        first = date(year, month, 1)


def _holds(rule: Recurrence, day: date) -> bool:
    """Tell whether a day has what each part of a rule asks for."""
    if rule.months and day.month not in rule.months:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.month_days and day.day not in rule.month_days and day.day - length - 1 not in rule.month_days:
        return False
    return not rule.weekdays or any(_is_weekday(rule, day, length, *one) for one in rule.weekdays)


def _is_weekday(rule: Recurrence, day: date, length: int, ordinal: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if not ordinal:
        return True
    number = day.day - 1
    if rule.frequency == "YEARLY" and not rule.months:
        number, length = day.timetuple().tm_yday - 1, 365 + isleap(day.year)
    return ordinal in (number // 7 + 1, -((length - number - 1) // 7 + 1))
