"""Dates in queries and in tickets, all in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from plaintickets.core.dates import DateError, is_word, read_date, read_time
from plaintickets.core.moments import DAY, LAST, LONGEST, timestamp

if TYPE_CHECKING:
    from typing import TypeAlias

    Period: TypeAlias = tuple[datetime, datetime]

TICK = timedelta(microseconds=1)
NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
MOST_DIGITS = 6


def period(text: str, now: datetime) -> Period | None:
    """Return the half-open time that a query's word means, or None if it is not a date."""
    word = text.casefold()
    if word == "now":
        return _from(now, TICK)
    if word in NAMED_DAYS:
        return _from(midnight(now) + NAMED_DAYS[word] * DAY, DAY)
    if word[:1] in {"+", "-"}:
        return _relative(word, now)
    if is_word(word):
        day = read_date(word, now)
        return _from(datetime(day.year, day.month, day.day, tzinfo=UTC), DAY)
    return absolute(text)


def typed_period(text: str, now: datetime) -> Period:
    """Return the half-open time that an option names.

    Raise DateError for any other text.
    """
    found = period(text.strip(), now)
    if found is not None:
        return found
    day = read_date(text, now)
    return _from(datetime(day.year, day.month, day.day, tzinfo=UTC), DAY)


def absolute(text: str) -> Period | None:
    """Return the half-open time of a year, a month, a day or a timestamp, or None."""
    if not text.isascii() or len(text) > LONGEST or not text[:4].isdigit():
        return None
    try:
        if len(text) == 4:
            return _months(datetime(int(text), 1, 1, tzinfo=UTC), 12)
        if len(text) == 7 and text[4] == "-" and text[5:].isdigit():
            return _months(datetime(int(text[:4]), int(text[5:]), 1, tzinfo=UTC), 1)
        if len(text) == 10 and text[4] == text[7] == "-":
            return _from(datetime.fromisoformat(text).replace(tzinfo=UTC), DAY)
    except ValueError:
        return None
    when = timestamp(text)
    return None if when is None else _from(when, _precision(text[11:]))


@lru_cache(64)  # many conditions ask about the date of one ticket
def moment(raw: str) -> tuple[datetime, bool] | None:
    """Return when a ticket's value begins, and whether it names a day (or more) without a time."""
    if len(raw) > 10:
        when = timestamp(raw)
        return None if when is None else (when, False)
    found = absolute(raw)
    return None if found is None else (found[0], True)


def widen(span: Period) -> Period:
    """Return the whole days that a period overlaps."""
    start, end = midnight(span[0]), midnight(span[1])
    return start, end if end == span[1] else _from(end, DAY)[1]


def midnight(moment: datetime) -> datetime:
    """Return the start of the moment's day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _from(start: datetime, length: timedelta) -> Period:
    return start, start + length if LAST - start > length else LAST


def _months(start: datetime, months: int) -> Period:
    try:
        return start, add_months(start, months)
    except (ValueError, OverflowError):
        return start, LAST


def add_months(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


def _relative(word: str, now: datetime) -> Period | None:
    if word.endswith("min"):
        try:
            return _from(read_time(word, now), TICK)
        except DateError:
            return None
    digits, unit = word[1:-1], word[-1]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MOST_DIGITS:
        return None
    count = int(digits) if word[0] == "+" else -int(digits)
    today = midnight(now)
    try:
        if unit == "h":
            return _from(now + timedelta(hours=count), TICK)
        if unit in "dw":
            return _from(today + timedelta(days=count * (7 if unit == "w" else 1)), DAY)
        if unit in "my":
            return _from(add_months(today, count * (12 if unit == "y" else 1)), DAY)
    except (ValueError, OverflowError):
        return None
    return None


def _precision(clock: str) -> timedelta:
    for mark in "Zz+-":
        clock = clock.partition(mark)[0]
    digits = len(clock.replace(":", ""))
    if digits <= 2:
        return timedelta(hours=1)
    if digits <= 4:
        return timedelta(minutes=1)
    return timedelta(seconds=1) if digits <= 6 else TICK
