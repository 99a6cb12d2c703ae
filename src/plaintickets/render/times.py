"""Times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime

_STEPS = (
    (60, 1, "s"),
    (3600, 60, "min"),
    (86_400, 3600, "h"),
    (86_400 * 60, 86_400, "d"),
    (86_400 * 730, 2_629_800, "mo"),
)


def moment(text: str) -> datetime | None:
    """A timestamp or date as an aware moment, None where it is neither."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def ago(text: str, now: datetime) -> str:
    """How long ago a timestamp is, as `5min`, `3h`, `12d`; what is ahead or no timestamp is given as it stands."""
    when = moment(text)
    if when is None:
        return text
    seconds = (now - when).total_seconds()
    if seconds < 0:
        return text[:10]
    for below, unit, name in _STEPS:
        if seconds < below:
            return f"{int(seconds // unit)}{name}"
    return f"{int(seconds // 31_557_600)}y"
