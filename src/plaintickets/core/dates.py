"""Dates and times as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DATE_WORDS = ("today", "tomorrow", "yesterday", "end-of-month", *WEEKDAYS)
TIME_WORDS = ("now", *DATE_WORDS)
DATE_EXAMPLES = "2026-12-24, today, tomorrow, friday, last-friday, +7d, -2w, +1m, end-of-month"
TIME_EXAMPLES = f"2026-12-24T15:00:00Z, now, +3h, {DATE_EXAMPLES}"

DATES = frozenset({"date", "datetime", "moment"})
"""The types of fields whose values are read here."""

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_TIME = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r" ?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_DISTANCE = r"([+-])([0-9]{1,6})(min|[hdwmy])"
_DAYS = {"d": 1, "w": 7}
_SECONDS = {"min": 60, "h": 3600}


class DateError(ValueError):
    """A text that is not a date, or not one between the years 1 and 9999; `str` gives the reason."""


def read_date(text: str, now: datetime) -> date:
    """Return the day that `text` names, in the time zone of `now`.

    A weekday is the next one after today, with `last-` before it the latest one before today. Adding months or
    years stops at the last day of the month: one month after 31 January is the last day of February.

    Raise DateError for any other text.
    """
    word = text.strip().lower()
    if match := re.fullmatch(_DATE, word):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as error:
            raise DateError(str(error)) from None
    try:
        found = _by_word(word, now.date()) or _by_distance(word, now.date())
    except OverflowError:
        raise DateError("that is outside the years 1 to 9999") from None
    if found is None:
        raise DateError("")
    return found


def read_time(text: str, now: datetime) -> datetime:
    """Return the moment that `text` names, in UTC, to the second.

    A day without a time means its midnight in UTC. A time must name its zone.

    Raise DateError for any other text.
    """
    word = text.strip()
    if match := re.fullmatch(_TIME, word):
        return _moment(match)
    if word.lower() == "now":
        return _whole(now)
    match = re.fullmatch(_DISTANCE, word.lower())
    if match and match[3] in _SECONDS:
        distance = timedelta(seconds=int(match[1] + match[2]) * _SECONDS[match[3]])
        try:
            return _whole(now) + distance
        except OverflowError:
            raise DateError("that is outside the years 1 to 9999") from None
    day = read_date(word, now)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def utc_text(moment: datetime) -> str:
    """Return a moment as ticket files hold it: UTC, whole seconds, `Z`."""
    return _whole(moment).replace(tzinfo=None).isoformat() + "Z"


def _whole(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)


def _moment(match: re.Match[str]) -> datetime:
    day, hour, minute, second, zone = match.groups()
    if zone is None:
        raise DateError("a time needs its zone, e.g. 15:00:00Z or 15:00:00+02:00")
    offset = "+00:00" if zone in "Zz" else zone
    try:
        local = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}{offset}")
        return local.astimezone(UTC)
    except OverflowError:
        raise DateError("that is outside the years 1 to 9999") from None
    except ValueError as error:
        raise DateError(str(error)) from None


def _by_word(word: str, today: date) -> date | None:
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if word in near:
        return today + timedelta(days=near[word])
    if word in ("end-of-month", "eom"):
        return today.replace(day=_last_day(today.year, today.month))
    names = (*WEEKDAYS, *(name[:3] for name in WEEKDAYS))
    last, word = word.startswith("last-"), word.removeprefix("last-")
    if word not in names:
        return None
    if last:
        return today - timedelta(days=(today.weekday() - names.index(word) % 7 - 1) % 7 + 1)
    ahead = (names.index(word) % 7 - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)


def is_word(text: str) -> bool:
    """Tell whether a text is one of the words for a day."""
    word = text.casefold().removeprefix("last-")
    return word in DATE_WORDS or word in ("eom", *(name[:3] for name in WEEKDAYS))


def sign_hint(text: str) -> str:
    """Return the question which sign a distance without one has, `Did you mean +3d or -3d?`; else nothing."""
    word = text.strip().lower()
    return f"Did you mean +{word} or -{word}?" if re.fullmatch(_DISTANCE.replace("([+-])", "()"), word) else ""


def _by_distance(word: str, today: date) -> date | None:
    match = re.fullmatch(_DISTANCE, word)
    if match is None or match[3] in _SECONDS:
        return None
    count = int(match[1] + match[2])
    if match[3] in _DAYS:
        return today + timedelta(days=count * _DAYS[match[3]])
    months = today.year * 12 + today.month - 1 + count * (12 if match[3] == "y" else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month + 1, min(today.day, _last_day(year, month + 1)))


def _last_day(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def is_loose(text: str) -> bool:
    """Tell whether another tool's timestamp can be read anyway: without a zone, with more digits."""
    try:
        datetime.fromisoformat(text[:26].rstrip("Z") if "." in text else text)
    except ValueError:
        return False
    return True
