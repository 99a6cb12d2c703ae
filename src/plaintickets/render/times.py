"""Times in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.moments import is_day, span

if TYPE_CHECKING:
    from datetime import datetime

_DAY = 86_400
_STEPS = (
    (60, 1, "s"),
    (3600, 60, "min"),
    (86_400, 3600, "h"),
    (86_400 * 60, 86_400, "d"),
    (86_400 * 730, 2_629_800, "mo"),
)


def moment(text: str) -> datetime | None:
    """Return when a timestamp or day begins, in UTC; None if it is neither."""
    found = span(text)
    return found[0] if found else None


def ago(text: str, now: datetime) -> str:
    """Return how long ago a timestamp is, as `5min`, `3h`, `12d`; return future times and other text unchanged.

    A day has no hours: it is `today`, or a number of days ago.
    """
    when = moment(text)
    if when is None:
        return text
    seconds = (now - when).total_seconds()
    if is_day(text) and 0 <= seconds < _DAY:
        return "today"
    if seconds < 0:
        return text[:10]
    return _long(seconds)


def due_words(text: str, now: datetime) -> tuple[str, bool]:
    """Return when a due date is, as `in 3d`, `today` or `3d late`, and whether it has passed; other text unchanged.

    A day has passed when it is over.
    """
    found = span(text)
    if found is None:
        return text, False
    start, end = found
    if is_day(text):
        days = (start.date() - now.date()).days
        if days == 0:
            return "today", False
        return (f"{_long(-days * _DAY)} late", True) if days < 0 else (f"in {_long(days * _DAY)}", False)
    seconds = (end - now).total_seconds()
    return (f"{_long(-seconds)} late", True) if seconds < 0 else (f"in {_long(seconds)}", False)


def _long(seconds: float) -> str:
    """Return a length of time in its largest unit."""
    for below, unit, name in _STEPS:
        if seconds < below:
            return f"{int(seconds // unit)}{name}"
    return f"{int(seconds // 31_557_600)}y"
