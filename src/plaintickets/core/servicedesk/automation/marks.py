"""The marks of time rules in a ticket: `fired: [escalate@2026-11-25]`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRED = "fired"
NEVER = "never"


def mark(rule: str, day: date) -> str:
    """Return the mark that a rule has fired on a day."""
    return f"{rule}@{day.isoformat()}"


def marked(items: Iterable[str], rule: str) -> tuple[list[str], date | None]:
    """Return the marks of a rule, and the day of the latest one, None where no day can be read."""
    own = [item for item in items if item.rpartition("@")[0] == rule]
    days = []
    for item in own:
        try:
            days.append(date.fromisoformat(item.rpartition("@")[2]))
        except ValueError:
            continue
    return own, max(days, default=None)


def is_due(repeat: str, day: date | None, today: date) -> bool:
    """Tell whether a rule that has fired on a day may fire again: after `7d`, never with `never`."""
    days = repeat_days(repeat)
    return bool(days) and (day is None or today - day >= timedelta(days=days))


def repeat_days(repeat: str) -> int:
    """Return the days of `7d`, `2w` or `every 7d`; 0 for `never`, -1 for other text."""
    text = repeat.removeprefix("every").strip()
    if text in {"", NEVER}:
        return 0
    number, unit = text[:-1], text[-1]
    if not (number.isascii() and number.isdecimal() and len(number) <= 3 and unit in "dw" and int(number)):
        return -1
    return int(number) * (7 if unit == "w" else 1)
