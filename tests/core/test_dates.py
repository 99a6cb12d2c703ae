"""Dates and times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plaintickets.core.dates import DateError, read_date, read_time, utc_text

SUNDAY = datetime(2026, 11, 22, 23, 30, 15, 999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", "2026-12-24"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("today", "2026-11-22"),
        ("Tomorrow", "2026-11-23"),
        ("yesterday", "2026-11-21"),
        ("monday", "2026-11-23"),
        ("sat", "2026-11-28"),
        ("sunday", "2026-11-29"),
        ("+7d", "2026-11-29"),
        ("-2w", "2026-11-08"),
        ("+1m", "2026-12-22"),
        ("+2m", "2027-01-22"),
        ("-11m", "2025-12-22"),
        ("+1y", "2027-11-22"),
        ("end-of-month", "2026-11-30"),
        ("eom", "2026-11-30"),
    ],
)
def test_a_day_is_read(text: str, day: str) -> None:
    assert read_date(text, SUNDAY).isoformat() == day


def test_a_month_later_ends_where_the_month_ends() -> None:
    assert read_date("+1m", datetime(2028, 1, 31, tzinfo=UTC)).isoformat() == "2028-02-29"
    assert read_date("+1y", datetime(2028, 2, 29, tzinfo=UTC)).isoformat() == "2029-02-28"
    assert read_date("eom", datetime(9999, 12, 2, tzinfo=UTC)).isoformat() == "9999-12-31"


def test_today_is_that_of_the_clock_that_is_given() -> None:
    ahead = SUNDAY.astimezone(timezone(timedelta(hours=2)))
    assert read_date("today", ahead).isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "2026-02-30", "0000-01-01", "26-01-01", "+999999y", "-999999w",
     "+999999m", "+1h", "7d", "2026-1-1", "\u0662\u0660\u0662\u0666-01-01", "2026-12-24T00:00:00Z"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_date(text, SUNDAY)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-24T15:00:00Z", "2026-12-24T15:00:00Z"),
        ("2026-12-24t15:00:00.987z", "2026-12-24T15:00:00Z"),
        ("2026-12-24 15:00+02:00", "2026-12-24T13:00:00Z"),
        ("2026-12-24T15:00:00-0530", "2026-12-24T20:30:00Z"),
        ("2026-12-24", "2026-12-24T00:00:00Z"),
        ("now", "2026-11-22T23:30:15Z"),
        ("+3h", "2026-11-23T02:30:15Z"),
        ("-30min", "2026-11-22T23:00:15Z"),
        ("tomorrow", "2026-11-23T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_a_moment_is_read_in_utc(text: str, moment: str) -> None:
    assert utc_text(read_time(text, SUNDAY)) == moment


@pytest.mark.parametrize(
    "text",
    ["2026-12-24T15:00:00", "2026-12-24T25:00:00Z", "0001-01-01T00:00:00+01:00",
     "9999-12-31T23:59:59-01:00", "2026-12-24T15:00:00+99:00", "noon", "+999999d"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_time(text, datetime(9990, 1, 1, tzinfo=UTC))


def test_a_time_without_its_zone_is_explained() -> None:
    with pytest.raises(DateError, match="needs its zone"):
        read_time("2026-12-24 15:00", SUNDAY)
