"""Business time: the published values of other systems, laws, and both changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_data import calendar_of, epoch, published
from law_examples import examples
from plaintickets.core.servicedesk.calendar import Calendar, Hours, NoHoursError, Spans
from plaintickets.core.servicedesk.duration import seconds_of, written

NINE_TO_FIVE: Spans = ((9 * 60, 17 * 60),)
WEEK = (NINE_TO_FIVE,) * 5 + ((), ())
ZONES = (
    "UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Tehran", "Australia/Lord_Howe", "Asia/Kolkata",
    "Pacific/Apia",
)  # fmt: skip
FIRST, LAST = epoch("2010-01-01T00:00:00Z"), epoch("2020-01-01T00:00:00Z")
instants = st.integers(FIRST, LAST)


def office(zone: str = "Europe/Berlin", hours: Hours | None = None) -> Calendar:
    return Calendar("office", ZoneInfo(zone), hours or Hours(WEEK))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = []
    for _ in range(7):
        marks = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=4)))
        week.append(tuple(zip(marks[::2], marks[1::2], strict=False)))
    if not any(week):
        week[0] = NINE_TO_FIVE
    return Calendar("drawn", ZoneInfo(draw(st.sampled_from(ZONES))), Hours(tuple(week)))


def test_working_time_agrees_with_every_published_row_of_znuny() -> None:
    rows = published("working_time_znuny.json")
    for row in rows["add"]:
        calendar = calendar_of(rows["calendars"][row["calendar"]], row["calendar_timezone"])
        ends = calendar.add(epoch(row["start"], row["timezone"]), row["add_seconds"])
        assert ends == epoch(row["expected_end"], row["timezone"]), row
    for row in rows["between"]:
        calendar = calendar_of(rows["calendars"][row["calendar"]], row["calendar_timezone"])
        start, stop = (epoch(row[key], row["timezone"]) for key in ("start", "stop"))
        assert calendar.elapsed(start, stop) == row["expected_seconds"], row
    assert len(rows["add"]) == 32
    assert len(rows["between"]) == 28


def test_working_time_agrees_with_every_published_row_of_two_libraries() -> None:
    rows = published("working_time_permissive.json")
    known = {name: calendar_of(row, row["timezone"]) for name, row in rows["calendars"].items()}
    for row in rows["add"]:
        assert known[row["calendar"]].add(epoch(row["start"]), row["add_seconds"]) == epoch(row["expected_end"]), row
    for row in rows["between"]:
        elapsed = known[row["calendar"]].elapsed(epoch(row["start"]), epoch(row["stop"]))
        assert elapsed == row["expected_seconds"], row
    assert len(rows["add"]) + len(rows["between"]) == 40


def test_where_two_systems_disagree_elapsed_time_counts() -> None:
    rows = published("working_time_permissive.json")
    for row in rows["disagreement"]:
        calendar = rows["calendars"][row["calendar"]]
        elapsed = calendar_of(calendar, calendar["timezone"]).elapsed(epoch(row["start"]), epoch(row["stop"]))
        assert elapsed == row["elapsed_says"]


@settings(max_examples=examples(60), deadline=None)
@given(calendars(), instants, instants, instants)
def test_the_time_over_two_stretches_is_their_sum(calendar: Calendar, one: int, two: int, three: int) -> None:
    first, middle, last = sorted((one, two, three))
    assert calendar.elapsed(first, last) == calendar.elapsed(first, middle) + calendar.elapsed(middle, last)


@settings(max_examples=examples(100), deadline=None)
@given(calendars(), instants, st.integers(1, 2_000_000))
def test_what_is_added_has_passed_and_not_a_second_earlier(calendar: Calendar, start: int, seconds: int) -> None:
    try:
        end = calendar.add(start, seconds)
    except NoHoursError:
        assert calendar.elapsed(start, start + 49 * 365 * 86400) < seconds
        return
    assert calendar.elapsed(start, end) == seconds
    assert calendar.elapsed(start, end - 1) == seconds - 1
    assert end >= start + seconds


@settings(max_examples=examples(60), deadline=None)
@given(calendars(), instants, st.integers(0, 500_000), st.integers(0, 500_000))
def test_more_time_never_ends_earlier(calendar: Calendar, start: int, some: int, more: int) -> None:
    try:
        assert calendar.add(start, some) <= calendar.add(start, some + more)
    except NoHoursError:
        assert calendar.elapsed(start, start + 49 * 365 * 86400) < some + more


@settings(max_examples=30, deadline=None)
@given(calendars(), st.integers(FIRST // 60, LAST // 60), st.integers(1, 4000))
def test_a_minute_counts_where_its_wall_time_lies_in_the_hours(calendar: Calendar, first: int, length: int) -> None:
    assert calendar.hours is not None
    counted = 0
    for minute in range(first, first + length):
        wall = datetime.fromtimestamp(minute * 60, calendar.zone)
        of_day = wall.hour * 60 + wall.minute
        counted += any(start <= of_day < end for start, end in calendar.hours.week[wall.weekday()])
    assert calendar.elapsed(first * 60, (first + length) * 60) == counted * 60


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2011, 2016, 2018])
def test_around_every_change_of_the_clock_each_minute_counts_by_its_wall_time(zone: str, year: int) -> None:
    night: Spans = ((0, 90), (135, 165), (23 * 60 + 30, 24 * 60))
    calendar = Calendar("night", ZoneInfo(zone), Hours((night,) * 7))
    hours = range(epoch(f"{year}-01-01T00:00:00Z"), epoch(f"{year + 1}-01-01T00:00:00Z"), 3600)
    offsets = [datetime.fromtimestamp(hour, calendar.zone).utcoffset() for hour in hours]
    changes = [hour for hour, one, next_ in zip(hours, offsets, offsets[1:], strict=False) if one != next_]
    for change in changes:
        for minute in range(change - 30 * 3600, change + 30 * 3600, 60):
            wall = datetime.fromtimestamp(minute, calendar.zone)
            of_day = wall.hour * 60 + wall.minute
            is_open = any(start <= of_day < end for start, end in night)
            assert calendar.elapsed(minute, minute + 60) == 60 * is_open, wall


def test_a_deadline_at_closing_time_stays_there_and_none_ends_before_opening() -> None:
    calendar = office("UTC")
    start = epoch("2026-11-25T09:00:00Z")
    assert calendar.add(start, 8 * 3600) == epoch("2026-11-25T17:00:00Z")
    assert calendar.add(start, 8 * 3600 + 1) == epoch("2026-11-26T09:00:01Z")
    assert calendar.add(epoch("2026-11-25T17:00:00Z"), 0) == epoch("2026-11-26T09:00:00Z")


def test_a_calendar_without_hours_is_refused() -> None:
    with pytest.raises(NoHoursError):
        Calendar("empty", UTC, Hours(((),) * 7))


def test_a_calendar_whose_only_hours_are_over_ends_no_clock() -> None:
    once = Calendar("once", UTC, Hours(((),) * 7, {date(2020, 1, 1): NINE_TO_FIVE}))
    assert once.elapsed(epoch("2019-06-01T00:00:00Z"), epoch("2021-06-01T00:00:00Z")) == 8 * 3600
    with pytest.raises(NoHoursError):
        once.add(epoch("2020-06-01T00:00:00Z"), 1)


def test_holidays_close_a_day_and_hours_of_its_own_open_it_again() -> None:
    day = date(2026, 12, 24)
    closed = office("UTC", Hours(WEEK, {}, {day: "Christmas Eve"}))
    assert (closed.spans_on(day), closed.closed_on(day)) == ((), "Christmas Eve")
    opened = office("UTC", Hours(WEEK, {day: ((540, 720),)}, {}, {(12, 24): ""}))
    assert (opened.spans_on(day), opened.closed_on(day)) == (((540, 720),), None)
    asked = office("UTC", Hours(WEEK, closed_in=lambda year: {date(year, 12, 25): "Christmas"}))
    assert asked.closed_on(date(2027, 12, 25)) == "Christmas"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30min", 1800), ("1h30min", 5400), ("2d", 57600), ("1w", 144000), ("1w 1d", 172800), ("45s", 45), ("0min", 0)],
)
def test_a_duration_is_read_in_the_days_of_its_calendar(text: str, seconds: int) -> None:
    assert seconds_of(text, 8 * 3600) == seconds


@pytest.mark.parametrize("text", ["", "4", "h", "4 hours", "-2h", "1.5h", "30m", "2h1d", "9999999w", "٣h"])
def test_other_text_is_no_duration(text: str) -> None:
    assert seconds_of(text) is None


def test_a_week_has_seven_days_where_a_day_has_24_hours() -> None:
    assert seconds_of("1w") == 7 * 86400


@given(st.integers(-10_000_000, 10_000_000), st.sampled_from([6 * 3600, 8 * 3600, 86400]))
def test_what_is_written_is_read_again_and_never_more(seconds: int, workday: int) -> None:
    text = written(seconds, workday)
    assert text != "-0min"
    read = seconds_of(text.removeprefix("-"), workday)
    assert read is not None
    assert read <= abs(seconds)
    assert abs(seconds) - read < max(60, abs(seconds) // 2 + 1)
