"""The published values of other systems' own tests, which ours must agree with; they are beside a checkout."""

from __future__ import annotations

import json
import os
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plaintickets.core.servicedesk.calendar import Calendar, Hours, Spans

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PLAINTICKETS_DATA") or ROOT.parent / "shared" / "data") / "servicedesk"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def published(name: str) -> dict[str, Any]:
    """Return a file of published values; skip the test where it is not there."""
    path = DATA / name
    if not path.is_file():
        missing = f"no published values at {path}: set PLAINTICKETS_DATA to the folder that holds `servicedesk/`"
        warnings.warn(missing, stacklevel=1)
        pytest.skip(missing)
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def epoch(text: str, zone: str = "UTC") -> int:
    when = datetime.fromisoformat(text)
    return int((when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).timestamp())


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def spans(pairs: list[list[str]]) -> Spans:
    return tuple((minutes(start), minutes(end)) for start, end in pairs)


def without(hours: Spans, breaks: Spans) -> Spans:
    for first, last in breaks:
        parts = [part for a, b in hours for part in ((a, min(b, first)), (max(a, last), b))]
        hours = tuple(part for part in parts if part[0] < part[1])
    return hours


def calendar_of(row: dict[str, Any], zone: str) -> Calendar:
    week = tuple(spans(row["hours"].get(day, [])) for day in DAYS)
    days = {date.fromisoformat(day): spans(pairs) for day, pairs in row.get("shifts", {}).items()}
    for day, pairs in row.get("breaks", {}).items():
        on = date.fromisoformat(day)
        days[on] = without(days.get(on, week[on.weekday()]), spans(pairs))
    closed = {date.fromisoformat(day): "" for day in row.get("holidays_once", row.get("holidays", []))}
    yearly = {(int(day[:2]), int(day[3:])): "" for day in row.get("holidays_yearly", [])}
    return Calendar("published", ZoneInfo(zone), Hours(week, days, closed, yearly))
