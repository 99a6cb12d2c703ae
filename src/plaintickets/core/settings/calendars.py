"""The calendars of working hours, in `config.yml` or in `calendars.yml`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

CALENDAR_ENTRIES = {
    "zone": Entry("text", "The time zone by its IANA name, e.g. `Europe/Berlin`."),
    "hours": Entry("hours", "The hours of a week: `mon-fri: 09:00-17:00`, several as a list. A span may end at 24:00."),
    "days": Entry("hours", "Dates with hours of their own, e.g. `2026-12-31: 09:00-12:00`."),
    "closed": Entry("dates", "Closed days: a date, `12-25` for every year, `2026-12-27..2027-01-01`."),
    "dates": Entry(
        "named dates", "Closed days with their names. An entry with these and no hours is a list of holidays."
    ),
    "holidays": Entry(
        "names", "Lists of holidays: of a country (`DE`), of a region (`DE-BY`), or an entry with `dates`."
    ),
    "workday": Entry("duration", "How long the `d` of a duration is; by default what most days have."),
}
SETTINGS = (
    Setting(
        "calendars", "calendars",
        "The calendars of working hours by name. `always` is one that needs no entry. The file `calendars.yml` can "
        "hold them instead.",
        example="calendars:\n  office:\n    zone: Europe/Berlin\n    hours: {mon-fri: 09:00-17:00}\n"
        "    closed: [12-24, 12-25]",
    ),
)  # fmt: skip
MOST_DATES = 2000
COUNTRY = r"[A-Z]{2}(-[A-Z0-9]{1,6})?"


def read_calendars(findings: Findings, where: Where, raw: Value, _: Setting) -> dict[str, Any] | None:
    """Return the calendars by name, as plain values."""
    found: dict[str, Any] = {}
    for name, spot, value in named(findings, where, raw):
        entry = _read_calendar(findings, spot, value)
        if name == "always" and entry is not None:
            findings.add(spot, "config-reserved", "the calendar always is open at every hour; choose another name")
        elif entry is not None:
            found[name] = entry
    for name, entry in found.items():
        _check_lists(findings, (*where, name), found, entry)
    return found


def _read_calendar(findings: Findings, where: Where, raw: Value) -> dict[str, Any] | None:
    entries = findings.mapping(where, raw)
    if entries is None:
        return None
    noted = _faults(findings)
    entry: dict[str, Any] = {}
    for key, value in entries.items():
        if key not in CALENDAR_ENTRIES:
            findings.unknown((*where, key), "key", key, CALENDAR_ENTRIES)
        elif (read := _READERS[key](findings, (*where, key), value)) is not None:
            entry[key] = read
    if _faults(findings) > noted:
        return None
    has_hours = any(entry.get("hours", {}).values()) or any(entry.get("days", {}).values())
    if not has_hours and ("dates" not in entry or "hours" in entry or "days" in entry):
        message = (
            "this calendar has no hours; add e.g. `hours: {mon-fri: 09:00-17:00}`, or `dates` for a list of holidays"
        )
        findings.add(where, "config-missing", message)
        return None
    if has_hours and "zone" not in entry:
        findings.add(where, "config-missing", "this calendar has no zone; add e.g. `zone: Europe/Berlin`")
        return None
    return entry


def _faults(findings: Findings) -> int:
    """Return how many problems are more than an unknown key, which only a newer version may know."""
    return sum(problem.code != "config-unknown-key" for problem in findings.problems)


def _read_zone(findings: Findings, where: Where, raw: Value) -> str | None:
    from zoneinfo import ZoneInfo, available_timezones

    text = findings.text(where, raw)
    if not text:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        findings.unknown(where, "time-zone", text, sorted(available_timezones()))
        return None
    return text


def _read_spans(findings: Findings, where: Where, raw: Value) -> list[str]:
    """Return the spans of one day in order, as text; none for `closed`."""
    from plaintickets.core.servicedesk.calendar_text import span_of, span_text

    found: list[tuple[int, int]] = []
    for index, item in enumerate(raw if isinstance(raw, list) else [raw] if raw not in ("", "closed") else []):
        spot = (*where, index) if isinstance(raw, list) else where
        text = findings.text(spot, item)
        span = None if text is None else span_of(text)
        if span is not None:
            found.append(span)
        elif text is not None:
            message = f"{quoted(text)} is no span of hours. Write e.g. 09:00-12:30; a night ends at 24:00"
            findings.add(spot, "config-value", message)
    found.sort()
    if any(one[1] > following[0] for one, following in pairwise(found)):
        findings.add(where, "config-value", "the hours of this day overlap")
    return [span_text(*span) for span in found]


def _read_week(findings: Findings, where: Where, raw: Value) -> dict[str, list[str]]:
    from plaintickets.core.servicedesk.calendar_text import WEEKDAYS, weekdays_of

    found: dict[str, list[str]] = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        spot = (*where, key)
        days = weekdays_of(key)
        if not days:
            findings.unknown(spot, "day", key, WEEKDAYS)
        spans = _read_spans(findings, spot, value)
        for day in days:
            if day in found:
                findings.add(spot, "config-duplicate", f"the hours of {day} are given twice")
            found[day] = spans
    return found


def _read_days(findings: Findings, where: Where, raw: Value) -> dict[str, list[str]]:
    from plaintickets.core.servicedesk.calendar_text import date_of

    found = {}
    for key, value in (findings.mapping(where, raw) or {}).items():
        if date_of(key) is None:
            findings.add((*where, key), "config-value", f"{quoted(key)} is no date. Write e.g. 2026-12-31")
        found[key] = _read_spans(findings, (*where, key), value)
    return found


def _read_closed(findings: Findings, where: Where, raw: Value) -> list[str]:
    if not isinstance(raw, list):
        findings.add(where, "config-type", "closed must be a list of dates, e.g. [2026-12-24, 12-25]")
        return []
    texts = [] if findings.is_too_long(where, raw) else [findings.text((*where, n), one) for n, one in enumerate(raw)]
    return [text for n, text in enumerate(texts) if text is not None and _is_date(findings, (*where, n), text)]


def _read_dates(findings: Findings, where: Where, raw: Value) -> dict[str, str]:
    entries = findings.mapping(where, raw) or {}
    found = {}
    for key, value in entries.items() if not findings.is_too_long(where, entries, MOST_DATES) else ():
        title = findings.text((*where, key), value)
        if title is not None and _is_date(findings, (*where, key), key):
            found[key] = title
    return found


def _is_date(findings: Findings, where: Where, text: str) -> bool:
    from plaintickets.core.servicedesk.calendar_text import LONGEST_RANGE, range_of, yearly_of

    if yearly_of(text) is not None or range_of(text) is not None:
        return True
    message = f"{quoted(text)} is no date. Write 2026-12-24, 12-25 for every year, or 2026-12-27..2027-01-01"
    findings.add(where, "config-value", f"{message}; {LONGEST_RANGE} days at most")
    return False


def _read_holidays(findings: Findings, where: Where, raw: Value) -> list[str] | None:
    found = findings.names(where, [raw] if isinstance(raw, str) and raw else raw)
    return None if found is None else [*found]


def _read_workday(findings: Findings, where: Where, raw: Value) -> str | None:
    from plaintickets.core.servicedesk.duration import DAY, seconds_of

    text = findings.text(where, raw)
    seconds = None if text is None else seconds_of(text)
    if text is None or (seconds is not None and 0 < seconds <= DAY):
        return text
    findings.add(where, "config-value", f"workday cannot be {quoted(text)}. Write e.g. 8h; 24h at most")
    return None


def _check_lists(findings: Findings, where: Where, calendars: dict[str, Any], entry: dict[str, Any]) -> None:
    """Note holidays that are neither a country nor a list of the settings."""
    import re

    for index, name in enumerate(entry.get("holidays", ())):
        is_list = name in calendars and "dates" in calendars[name]
        if not is_list and not re.fullmatch(COUNTRY, name):
            lists = [one for one, other in calendars.items() if "dates" in other]
            findings.unknown((*where, "holidays", index), "holidays", name, [*lists, "DE", "DE-BY"])


def _schema(_: Setting) -> Json:
    spans = {"anyOf": [schema_parts.TEXT, {"type": "array", "items": schema_parts.TEXT}, {"type": "null"}]}
    by_day = {"type": "object", "additionalProperties": spans}
    shapes: dict[str, Json] = {
        "dates": {"type": "array", "items": schema_parts.TEXT, "uniqueItems": True},
        "duration": schema_parts.TEXT,
        "hours": by_day,
        "named dates": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        "names": {"anyOf": [schema_parts.NAME, schema_parts.NAMES]},
        "text": schema_parts.TEXT,
    }
    entries = {key: {"description": one.meaning, **shapes[one.shape]} for key, one in CALENDAR_ENTRIES.items()}
    return schema_parts.named(schema_parts.closed(entries))


_READERS: dict[str, Callable[[Findings, Where, Value], Any]] = {
    "closed": _read_closed,
    "dates": _read_dates,
    "days": _read_days,
    "holidays": _read_holidays,
    "hours": _read_week,
    "workday": _read_workday,
    "zone": _read_zone,
}
SHAPES = {"calendars": Shape("calendars by name", read_calendars, _schema)}
PAGES = (Page("A calendar", "", CALENDAR_ENTRIES),)
