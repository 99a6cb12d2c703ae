"""The report of opened, closed and reopened tickets, against figures counted by hand and in another way."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.status_times import StatusTime
from plaintickets.reports import Asked, run

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = 86_400


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def asked(times: dict[str, list[StatusTime]], since: datetime | None = None, until: datetime = NOW) -> Asked:
    return Asked([], times, lambda status: status == "closed", (), NOW, since, until, "week")


def test_each_step_counts_in_the_week_of_its_day() -> None:
    times = {
        "a-1": [StatusTime(at("2026-02-09"), "open"), StatusTime(at("2026-02-17"), "closed")],
        "a-2": [
            StatusTime(at("2026-02-15"), "open"),
            StatusTime(at("2026-02-16"), "closed"),
            StatusTime(at("2026-02-24"), "in_progress"),
        ],
        "a-3": [StatusTime(at("2026-02-24"), "open"), StatusTime(at("2026-02-25"), "")],
        "a-4": [StatusTime(at("2026-02-24"), "closed")],
    }
    assert run("volume", asked(times)).rows == [
        ("2026-02-09", 2, 0, 0, 2),
        ("2026-02-16", 0, 2, 0, 0),
        ("2026-02-23", 1, 0, 1, 1),
        ("2026-03-02", 0, 0, 0, 1),
    ]


def test_what_was_open_before_the_report_is_still_open() -> None:
    times = {"a-1": [StatusTime(at("2025-01-01"), "open")], "a-2": [StatusTime(at("2026-03-02"), "open")]}
    rows = run("volume", asked(times, since=datetime(2026, 3, 2, tzinfo=UTC))).rows
    assert rows == [("2026-03-02", 1, 0, 0, 2)]


def test_a_store_without_tickets_has_the_week_of_today() -> None:
    assert run("volume", asked({})).rows == [("2026-03-02", 0, 0, 0, 0)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["open", "active", "closed", ""])), max_size=6),
        max_size=8,
    )
)
def test_the_open_tickets_are_those_that_a_look_at_each_ticket_finds(lives: list[list[tuple[int, str]]]) -> None:
    start = at("2026-01-01")
    times = {
        f"a-{number}": [StatusTime(start + day * DAY, status) for day, status in sorted(life, key=lambda one: one[0])]
        for number, life in enumerate(lives)
        if life
    }
    for row in run("volume", asked(times)).rows:
        end = at(str(row[0])) + 7 * DAY
        last = [[one.status for one in life if one.start < min(end, NOW.timestamp())] for life in times.values()]
        assert row[4] == sum(bool(held) and held[-1] in {"open", "active"} for held in last)
