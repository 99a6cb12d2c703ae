"""The texts of a calendar: hours `09:00-12:30`, days `mon-fri`, dates `2026-12-24`, `12-25`, `A..B`."""

from __future__ import annotations

import re
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
LONGEST_RANGE = 370
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_YEARLY = re.compile(r"[0-9]{2}-[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def span_of(text: str) -> tuple[int, int] | None:
    """Return the start and end of `09:00-12:30` in minutes after midnight, None for other text."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, to_hour, to_minute = map(int, match.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    is_good = minute < 60 and to_minute < 60 and 0 <= start < end <= MIDNIGHT
    return (start, end) if is_good else None


def span_text(start: int, end: int) -> str:
    """Return a span of minutes after midnight as `09:00-12:30`."""
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def weekdays_of(text: str) -> tuple[str, ...]:
    """Return the days that `mon`, `mon-fri` or `sat,sun` names, none for other text."""
    found: list[str] = []
    for part in text.casefold().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            return ()
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found += WEEKDAYS[start : end + 1] if start <= end else (*WEEKDAYS[start:], *WEEKDAYS[: end + 1])
    return tuple(dict.fromkeys(found))


def date_of(text: str) -> date | None:
    """Return the date of `2026-12-24`, None for other text."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def yearly_of(text: str) -> tuple[int, int] | None:
    """Return the month and day of `12-25`, None for other text."""
    if not _YEARLY.fullmatch(text) or date_of(f"2000-{text}") is None:
        return None
    return int(text[:2]), int(text[3:])


def range_of(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of `2026-12-27..2027-01-01` or of one date, None for other text."""
    first, dots, last = text.partition("..")
    start, end = date_of(first.strip()), date_of(last.strip() if dots else first.strip())
    if start is None or end is None or not timedelta() <= end - start <= timedelta(days=LONGEST_RANGE):
        return None
    return start, end
