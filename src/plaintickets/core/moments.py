"""Days and moments in tickets: a day contains its moments, and a time without a zone is in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
LONGEST = 40
LAST = datetime.max.replace(tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)
# A day without a zone may be in any zone: its earliest start is at UTC+14, its latest end at UTC-12.
_LATEST = 253_402_300_799  # the last second of the year 9999, since 1970
_EASTMOST, _WESTMOST = timedelta(hours=14), timedelta(hours=12)


def span(text: str) -> tuple[datetime, datetime] | None:
    """Return the start of a day and of the next one, in UTC, or a moment twice; None for other text."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            start = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return None
        return start, start + DAY if LAST - start > DAY else LAST
    when = timestamp(text)
    return None if when is None else (when, when)


def timestamp(text: str) -> datetime | None:
    """Return the moment in UTC of an RFC 3339 timestamp; without an offset it is taken as UTC."""
    if len(text) > LONGEST or text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in {"T", "t", " "}:
        return None
    try:
        when = datetime.fromisoformat(text.upper())
        if when.tzinfo is UTC:
            return when
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def utc_of(seconds: int) -> datetime:
    """Return seconds since 1970 as a moment in UTC, at least 1970 and at most the last one that a date can have."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LATEST), UTC)


def is_day(text: str) -> bool:
    """Tell whether a readable value names a day and no time."""
    return len(text) == 10 and span(text) is not None


def is_before(earlier: str, later: str) -> bool:
    """Tell whether one value is certainly before another, for any time and zone of their days."""
    if not earlier or not later:
        return False
    if earlier >= later and _UTC.fullmatch(earlier) and _UTC.fullmatch(later):
        return False  # in this form the order of moments is that of texts
    one, other = span(earlier), span(later)
    if one is None or other is None:
        return False
    if is_day(earlier) and is_day(later):
        return one[1] <= other[0]
    end = one[1] + _WESTMOST if is_day(earlier) and LAST - one[1] > _WESTMOST else one[1]
    start = other[0] - _EASTMOST if is_day(later) and other[0] - FIRST > _EASTMOST else other[0]
    return end <= start if is_day(earlier) else end < start


def utc_day(text: str) -> str:
    """Return the day of a value, in UTC; empty if it is no date."""
    found = span(text)
    return found[0].date().isoformat() if found else ""
