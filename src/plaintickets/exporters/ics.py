"""A calendar (RFC 5545) with the deadlines of the tickets that are not closed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Deadline, Export

_LONGEST = 75  # bytes of a line without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def pieces(export: Export) -> Iterator[str]:
    """Yield the calendar; each deadline has the same name in every export, so that a calendar program updates it."""
    yield _lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//plaintickets//tk export ics//EN", "CALSCALE:GREGORIAN")
    yield _lines(f"X-WR-CALNAME:{_text(export.repository)}")
    for one in export.deadlines():
        yield _event(export, one)
    yield _lines("END:VCALENDAR")


def _event(export: Export, one: Deadline) -> str:
    if isinstance(one.when, datetime):
        when = [f"DTSTART:{one.when:%Y%m%dT%H%M%SZ}"]
    else:
        when = [f"DTSTART;VALUE=DATE:{one.when:%Y%m%d}"]
        if (one.when.year, one.when.month, one.when.day) < (9999, 12, 31):
            when.append(f"DTEND;VALUE=DATE:{one.when + timedelta(days=1):%Y%m%d}")
    return _lines(
        "BEGIN:VEVENT",
        f"UID:{_text(f'{one.key}@{export.repository}')}",
        f"DTSTAMP:{export.now:%Y%m%dT%H%M%SZ}",
        *when,
        f"SUMMARY:{_text(one.title)}",
        *([f"DESCRIPTION:{_text(one.about)}"] if one.about else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _text(text: str) -> str:
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPED)


def _lines(*lines: str) -> str:
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, each but the first after a blank; no character is divided."""
    rows, row, length = [], "", 0
    for sign in line:
        size = len(sign.encode("utf-8", "replace"))
        if length + size > _LONGEST:
            rows.append(row)
            row, length = " ", 1
        row, length = row + sign, length + size
    return "\r\n".join([*rows, row])
