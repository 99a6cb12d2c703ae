"""Read the holidays of an iCalendar file (RFC 5545): the all-day events, as closed days of a calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.calendar_text import LONGEST_RANGE, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST = 256 * 1024
MOST_EVENTS = 2000
MOST_REPEATS = 100
_MOST_NESTED = 20
_LONGEST_TITLE = 200
_LONGEST_LINE = 4096
_CONTENT = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^:;"])*)*):(.*)', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_DURATION = re.compile(r"\+?P(?:([0-9]{1,3})W|([0-9]{1,4})D)")
_UNSUPPORTED = ("EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID")
_KEPT = ("DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY", "STATUS", *_UNSUPPORTED)


class IcsError(ValueError):
    """A file that cannot be read, with the line where that shows."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class Holidays(NamedTuple):
    """The titles of closed days by their text in a calendar, and the lines of events that are left out."""

    dates: dict[str, str]
    events: int
    left_out: list[int]


class _Property(NamedTuple):
    line: int
    parameters: str
    value: str


class _Event(NamedTuple):
    line: int
    properties: dict[str, _Property]


def read_holidays(content: bytes) -> Holidays:
    """Return the days of all-day events; those with hours, and cancelled ones, are left out.

    An event of every year is `12-25`, one of several days is a range. Raise IcsError for a file that is none, or
    that has an event which cannot be written so.
    """
    titles: dict[str, list[str]] = {}
    left_out: list[int] = []
    count = 0
    for event in _events(_lines(content)):
        count += 1
        if count > MOST_EVENTS:
            raise IcsError(event.line, f"more than {MOST_EVENTS:,} events")
        days = _days(event)
        if not days:
            left_out.append(event.line)
        for text in days:
            known = titles.setdefault(text, [])
            title = _title(event)
            if title and title not in known:
                known.append(title)
        if len(titles) > MOST_EVENTS:
            raise IcsError(event.line, f"more than {MOST_EVENTS:,} days")
    return Holidays({text: " / ".join(titles[text]) for text in sorted(titles, key=_order)}, count, left_out)


def _order(text: str) -> tuple[bool, str]:
    return len(text) > 5, text


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; a line that begins with a blank continues the one before it."""
    if len(content) > LARGEST:
        raise IcsError(0, f"larger than {LARGEST // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IcsError(content[: error.start].count(b"\n") + 1, "not UTF-8") from None
    number, parts = 0, [""]
    for at, row in enumerate(text.split("\n"), 1):
        line = row.removesuffix("\r")
        if line[:1] in (" ", "\t") and number:
            parts.append(line[1:])
            continue
        if number:
            yield number, "".join(parts)
        number, parts = at, [line]
    yield number, "".join(parts)


def _events(lines: Iterable[tuple[int, str]]) -> Iterator[_Event]:
    """Yield the events with their own properties, without those of the parts inside them."""
    event = _Event(0, {})
    for inside, name, found in _nested(lines):
        if inside != ["VCALENDAR", "VEVENT"]:
            continue
        if name == "BEGIN":
            event = _Event(found.line, {})
        elif name == "END":
            yield event
        elif name in event.properties:
            raise IcsError(found.line, f"a second {name} in one event")
        elif name in _KEPT:
            event.properties[name] = found


def _nested(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[list[str], str, _Property]]:
    """Yield each property with the parts that it is inside of; BEGIN and END are inside of their part."""
    inside: list[str] = []
    last = 0
    for number, line in lines:
        if not line.strip():
            continue
        last = number
        name, found = _property(number, line)
        part = found.value.strip().upper()
        if not inside and (name, part) != ("BEGIN", "VCALENDAR"):
            raise IcsError(number, "no iCalendar file: BEGIN:VCALENDAR is missing")
        if name == "BEGIN":
            inside.append(part)
        if len(inside) > _MOST_NESTED:
            raise IcsError(number, f"more than {_MOST_NESTED} parts inside each other")
        yield inside, name, found
        if name == "END" and part != inside.pop():
            raise IcsError(number, f"END:{quoted(part)[1:-1]} ends what did not begin")
    if not last:
        raise IcsError(1, "no iCalendar file: it is empty")
    if inside:
        raise IcsError(last, f"the file is cut off: END:{quoted(inside[-1])[1:-1]} is missing")


def _property(number: int, line: str) -> tuple[str, _Property]:
    match = _CONTENT.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    if match is None:
        name = line.partition(":")[0].partition(";")[0].upper()
        if len(line) > _LONGEST_LINE and name not in (*_KEPT, "BEGIN", "END"):
            return name, _Property(number, "", "")  # a picture or a description
        raise IcsError(number, f"{quoted(line)} is no line of an iCalendar file")
    return match[1].upper(), _Property(number, match[2].upper(), match[3])


def _days(event: _Event) -> list[str]:
    """Return the texts of the days of an event, none if it has hours or is cancelled."""
    known = event.properties
    start = known.get("DTSTART")
    if start is None:
        raise IcsError(event.line, "an event without DTSTART")
    if "T" in start.value.upper() or known.get("STATUS", start).value.strip().upper() == "CANCELLED":
        return []
    first = _date(start)
    last = _last(event, first)
    for name in _UNSUPPORTED:
        if name in known:
            raise IcsError(known[name].line, f"{name} cannot be read; export each day as an event of its own")
    if "RRULE" not in known:
        return [_range(first, last)]
    years = _years(known["RRULE"], first)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if years is None:
        return [f"{day:%m-%d}" for day in days]
    found = []
    for year in years:
        try:
            again = first.replace(year=year)
            found.append(_range(again, again + (last - first)))
        except (ValueError, OverflowError):  # the 29th of February
            continue
    return found


def _date(found: _Property) -> date:
    text = found.value.strip()
    day = date_of(f"{text[:4]}-{text[4:6]}-{text[6:]}") if len(text) == 8 else None
    if day is None:
        raise IcsError(found.line, f"{quoted(text)} is no date; write e.g. 20261225")
    return day


def _last(event: _Event, first: date) -> date:
    """Return the last day of an event: its end, and what its duration leads to, are no part of it."""
    end, duration = event.properties.get("DTEND"), event.properties.get("DURATION")
    number = 1
    where = end or duration
    if end is not None:
        if "T" in end.value.upper():
            raise IcsError(end.line, "an event that begins on a day and ends at an hour")
        number = max((_date(end) - first).days, 1) if _date(end) >= first else -1
    elif duration is not None:
        match = _DURATION.fullmatch(duration.value.strip().upper())
        number = int(match[1] or 0) * 7 + int(match[2] or 0) if match else -1
    if where is not None and not 0 < number <= LONGEST_RANGE + 1:
        raise IcsError(where.line, f"{quoted(where.value)} is no end of an event of 1 to {LONGEST_RANGE} days")
    try:
        return first + timedelta(days=number - 1)
    except OverflowError:
        raise IcsError(event.line, "an event after the year 9999") from None


def _years(rule: _Property, first: date) -> list[int] | None:
    """Return the years in which an event is repeated, None for every year."""
    parts = dict(part.partition("=")[::2] for part in rule.value.strip().upper().split(";") if part)
    same = {"FREQ": "YEARLY", "BYMONTH": str(first.month), "BYMONTHDAY": str(first.day)}
    limits = {name: parts.pop(name) for name in ("INTERVAL", "COUNT", "UNTIL") if name in parts}
    parts.pop("WKST", None)
    if parts.get("FREQ") != "YEARLY" or any(same.get(name) != value.lstrip("0") for name, value in parts.items()):
        message = f"the rule {quoted(rule.value)} is not `every year on this date`"
        raise IcsError(rule.line, f"{message}; export each day as an event of its own")
    step, count = _number(rule, limits.get("INTERVAL", "1")), _number(rule, limits.get("COUNT", str(MOST_REPEATS)))
    if limits.keys() <= {"INTERVAL"}:
        if step == 1:
            return None
        raise IcsError(rule.line, f"the rule {quoted(rule.value)} has no end; export each day as an event of its own")
    until = _date(_Property(rule.line, "", limits["UNTIL"][:8])) if "UNTIL" in limits else date.max
    years = [first.year + step * number for number in range(min(count, MOST_REPEATS))]
    return [year for year in years if year < until.year or (year, first.month, first.day) <= until.timetuple()[:3]]


def _number(rule: _Property, text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 0 < int(text) <= MOST_REPEATS:
        raise IcsError(rule.line, f"{quoted(text)} in a rule is no number from 1 to {MOST_REPEATS}")
    return int(text)


def _range(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def _title(event: _Event) -> str:
    """Return the name of an event on one line, at most 200 characters, without signs that cannot be seen."""
    found = event.properties.get("SUMMARY")
    if found is None:
        return ""
    text = _ESCAPE.sub(lambda match: " " if match[1] in ("n", "N") else match[1], found.value)
    if _CONTROL.search(text):
        raise IcsError(found.line, f"a control character in {quoted(text)}")
    title = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
