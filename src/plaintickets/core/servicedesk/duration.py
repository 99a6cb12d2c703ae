"""Durations in working time: `30min 4h 2d 1w`, `1h30min`. Only this module reads and writes them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

MINUTE = 60
HOUR = 3600
DAY = 24 * HOUR
ALWAYS_WEEK = 7
OFFICE_WEEK = 5
LONGEST = 10 * 366 * DAY
FORMS = "30min, 4h, 2d, 1w or 1h30min"
_UNITS = ("w", "d", "h", "min")
# A string: `re` compiles and caches it on first use.
_FORM = r"(?:([0-9]{1,6})w)?(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,7})min)?(?:([0-9]{1,9})s)?"


class Length(int):
    """Seconds of working time that know how long a day of their calendar is."""

    workday: int

    def __new__(cls, seconds: int, workday: int) -> Self:
        """Make a length of seconds."""
        found = super().__new__(cls, seconds)
        found.workday = workday
        return found


@lru_cache(16_384)
def length(seconds: int, workday: int) -> Length:
    """Return a length; equal ones are one object, of which a long table has many."""
    return Length(seconds, workday)


def seconds_of(text: str, workday: int = DAY) -> int | None:
    """Return the seconds of a duration, None for text that is none or for more than ten years.

    `workday` is the length of a day in the calendar. A day of 24 hours has a week of seven days, a shorter one of five.
    """
    plain = text.replace(" ", "")
    match = re.fullmatch(_FORM, plain)
    if match is None or not plain:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    found = (weeks * _week(workday) + days) * workday + hours * HOUR + minutes * MINUTE + seconds
    return found if found <= LONGEST else None


@lru_cache(16_384)
def written(seconds: int, workday: int = DAY, gap: str = "") -> str:
    """Return seconds as a duration, cut to minutes, with two units at most; negative with a minus sign."""
    if seconds < 0:
        return f"-{written(-seconds, workday, gap)}" if seconds <= -MINUTE else "0min"
    sizes = (_week(workday) * workday, workday, HOUR, MINUTE)
    for place, size in enumerate(sizes):
        if seconds >= size:
            count, rest = divmod(seconds, size)
            lower = rest // sizes[place + 1] if size != MINUTE else 0
            return f"{count}{_UNITS[place]}{gap}{lower}{_UNITS[place + 1]}" if lower else f"{count}{_UNITS[place]}"
    return "0min"


def _week(workday: int) -> int:
    return ALWAYS_WEEK if workday >= DAY else OFFICE_WEEK
