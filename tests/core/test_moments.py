"""Days and moments: what contains what, and what is surely before what."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from plaintickets.core.merge.comments import Block
from plaintickets.core.moments import is_before, span, utc_day
from plaintickets.render.times import ago


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("2026-08-15", "2026-08-15T15:40:00Z", False),
        ("2026-08-15", "2026-08-15T23:59:59Z", False),
        ("2026-08-15", "2026-08-15", False),
        ("2026-08-14", "2026-08-15", True),
        ("2026-08-15T15:40:00Z", "2026-08-15", False),
        ("2026-08-15T15:40:00Z", "2026-08-14", False),
        # The 15th lasts until noon of the 16th at UTC-12, and begins at ten on the 14th at UTC+14.
        ("2026-08-15", "2026-08-16T11:59:59Z", False),
        ("2026-08-15", "2026-08-16T12:00:00Z", True),
        ("2026-08-14T10:00:00Z", "2026-08-15", False),
        ("2026-08-14T09:59:59Z", "2026-08-15", True),
        ("2026-08-15T15:40:00Z", "2026-08-15T15:40:00Z", False),
        ("2026-08-15T15:39:59Z", "2026-08-15T15:40:00Z", True),
        ("2026-08-15T17:39:59+02:00", "2026-08-15T15:40:00Z", True),
        ("2026-08-15T17:39:59", "2026-08-15T15:40:00Z", False),
        ("soon", "2026-08-15", False),
        ("0001-01-01", "9999-12-31", True),
        ("9999-12-31", "9999-12-31T23:59:59Z", False),
        ("0001-01-01T00:00:00Z", "0001-01-01", False),
    ],
)
def test_a_day_contains_its_moments_whatever_its_zone(earlier: str, later: str, *, expected: bool) -> None:
    assert is_before(earlier, later) is expected


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "20260815", "2026-W33-6", "2026-08-15T25:00:00Z"])
def test_what_is_no_date_has_no_span(text: str) -> None:
    assert span(text) is None
    assert not utc_day(text)


def test_the_day_of_a_moment_is_that_of_utc() -> None:
    assert utc_day("2026-01-01T00:30:00+01:00") == "2025-12-31"
    assert utc_day("2026-01-01") == "2026-01-01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "today"),
        ("2026-02-28", "1d"),
        ("2026-03-01T11:00:00Z", "1h"),
        ("2026-03-01T13:00:00+02:00", "1h"),
        ("2026-03-02", "2026-03-02"),
    ],
)
def test_the_age_of_a_day_is_not_told_in_hours(text: str, expected: str) -> None:
    assert ago(text, datetime(2026, 3, 1, 12, tzinfo=UTC)) == expected


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_comments_are_ordered_alike_wherever_the_machine_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert Block("**2026-03-01T12:00:00** · Ada\n\nHello.\n", "").moment == "2026-03-01T12:00:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()
