"""The reports on single tickets and their lives, against figures counted by hand and by walking day by day."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import mean, median
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.config import Config
from plaintickets.core.event import CHANGED, COMMENTED, CREATED
from plaintickets.core.grouping import report_grouping
from plaintickets.core.periods import Unit, moment_of, periods
from plaintickets.core.quantiles import quantile
from plaintickets.core.servicedesk.clocks import Clock
from plaintickets.reports import run
from report_lives import (
    CLASSES,
    DAY,
    LIVES,
    START,
    asked,
    event,
    has_been_open,
    last_closing,
    named,
    rows,
    status_on,
    ticket,
)

if TYPE_CHECKING:
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.table import Cell, Table

END = 56


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_the_resolution_is_that_of_a_look_at_each_life(lives: list[list[tuple[int, str]]]) -> None:
    tickets = [ticket(name, priority="1") for name in named(lives)]
    question = asked(named(lives), tickets)._replace(by=report_grouping("priority", Config()))
    closings = [(life, last_closing(life, END)) for life in lives]
    lengths = [(day - life[0][0]) * DAY for life, day in closings if day is not None and has_been_open(life, day)]
    found = rows(run("resolution", question))
    assert [row["n"] for row in found] == ([len(lengths)] if lengths else [])
    if lengths:
        assert found[0]["median"] == round(median(lengths))
        assert found[0]["mean"] == round(mean(lengths))
        assert found[0]["p90"] == round(quantile(lengths, 0.9) or 0)


def number(cell: Cell) -> float:
    assert isinstance(cell, (int, float))
    return cell


@settings(max_examples=60, deadline=None)
@given(LIVES, st.sampled_from(("day", "week", "month")))
def test_periods_share_out_the_tickets_and_say_what_differs_from_the_one_before(
    lives: list[list[tuple[int, str]]], per: Unit
) -> None:
    tickets = [ticket(name, priority=str(number % 2)) for number, name in enumerate(named(lives))]
    question = asked(named(lives), tickets)._replace(by=report_grouping("priority", Config()))
    whole, parts = rows(run("resolution", question)), rows(run("resolution", question._replace(per=per)))
    for group in {row["priority"] for row in (*whole, *parts)}:
        counts = [[number(row["n"]) for row in found if row["priority"] == group] for found in (whole, parts)]
        assert sum(counts[0]) == sum(counts[1])
    medians = {(row["from"], row["priority"]): number(row["median"]) for row in parts}
    starts = [
        f"{start:%Y-%m-%d}"
        for start, _ in periods(moment_of(START - DAY * 40), moment_of(START + DAY * (END + 40)), per)
    ]
    for row in parts:
        before = medians.get((starts[starts.index(str(row["from"])) - 1], row["priority"]))
        assert row["change"] == (None if before is None else number(row["median"]) - before)


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_the_time_in_a_status_is_the_number_of_days_that_began_in_it(lives: list[list[tuple[int, str]]]) -> None:
    days = [[status_on(life, day + 1) for day in range(END)] for life in lives]
    table = run("time-in-status", asked(named(lives)))
    found = {str(row["status"]): row for row in rows(table)}
    still = [name for name, kind in CLASSES.items() if kind != "done"]
    whole = sum(one.count(name) for one in days for name in still)
    for name in still:
        counts = [one.count(name) for one in days if name in one]
        assert found.get(name, {}).get("n", 0) == len(counts)
        if counts:
            assert found[name]["median"] == round(median(counts) * DAY)
            assert found[name]["total"] == sum(counts) * DAY
            assert found[name]["share"] == round(sum(counts) / whole, 4)
    assert found.keys() <= set(still)
    assert bool(table.notes) == bool(whole)


def test_the_bottleneck_is_the_status_with_most_of_the_time() -> None:
    table = run("time-in-status", asked({"a-1": [(0, "open"), (1, "waiting"), (4, "closed")]}))
    assert table.notes == ["bottleneck: waiting, with 75% of the time that tickets were open"]


def test_a_ticket_reopened_many_times_is_first_and_one_closed_at_once_is_not_reopened() -> None:
    lives = {
        "a-1": [(0, "open"), (1, "closed"), (3, "open"), (4, "wontfix"), (5, "closed"), (8, "active"), (9, "closed")],
        "a-2": [(0, "closed"), (2, "open")],
        "a-3": [(0, "open"), (0, "closed")],
        "a-4": [(0, "open"), (1, "closed"), (2, ""), (3, "open")],
    }
    table = run("reopened", asked(lives, [ticket("a-1", status="closed")]))
    assert [row[:4] for row in table.rows] == [
        ("a-1", 2, "2026-01-13", 3 * DAY),
        ("a-2", 1, "2026-01-07", 2 * DAY),
    ]
    assert table.rows[1][4] == "removed"
    assert table.notes == ["2 reopened; 3 tickets were closed in this time"]


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_reopenings_are_those_that_volume_counts(lives: list[list[tuple[int, str]]]) -> None:
    question = asked(named(lives))
    times = sum(int(str(row["times"])) for row in rows(run("reopened", question)))
    assert times == sum(int(str(row["reopened"])) for row in rows(run("volume", question)))


def test_a_stale_ticket_is_open_and_had_no_change_for_thirty_days() -> None:
    lives = {name: [(0, "open")] for name in ("a-1", "a-2", "a-3", "a-4")}
    tickets = [ticket(name, status="closed" if name == "a-3" else "open") for name in lives]
    tickets += [ticket("a-5", status="open"), ticket("a-6", status="open", created="2026-01-01")]
    happened = {
        "a-1": [event("a-1", 26, COMMENTED)],
        "a-2": [event("a-2", 27, COMMENTED)],
    }
    table = run("stale", asked(lives, tickets)._replace(events=happened))
    assert [(row["ticket"], row["quiet"]) for row in rows(table)] == [
        ("a-6", 60 * DAY),
        ("a-4", 56 * DAY),
        ("a-1", 30 * DAY),
    ]
    assert table.notes == [
        "3 of 5 open tickets had no change for 30 days",
        "1 with neither history nor a readable date",
    ]


def test_tickets_that_block_count_what_waits_directly_and_through_others() -> None:
    tickets = [
        ticket("a-1", status="open", deps=["a-2", "a-9"]),
        ticket("a-2", status="open", deps=["a-3"]),
        ticket("a-3", status="open"),
        ticket("a-4", status="closed", deps=["a-3"]),
        ticket("a-5", status="open", deps=["a-4"]),
        ticket("a-6", status="open", deps=["a-7"]),
        ticket("a-7", status="open", deps=["a-6"]),
    ]
    table = run("blocked", asked({}, tickets)._replace(known={one.id: one for one in tickets}))
    assert [tuple(row)[:5] for row in table.rows] == [
        ("a-3", 1, 2, 0, "open"),
        ("a-2", 1, 1, 1, "open"),
        ("a-6", 1, 1, 1, "open"),
        ("a-7", 1, 1, 1, "open"),
        ("a-9", 1, 1, 0, "missing"),
    ]
    assert table.notes == ["4 of 6 open tickets are blocked"]


def test_the_ratings_of_a_week_are_those_of_the_tickets_that_were_done_in_it() -> None:
    lives = {f"a-{number}": [(0, "open"), (day, "closed")] for number, day in enumerate((1, 2, 3, 8, 9))}
    lives["a-5"] = [(0, "open")]
    ratings = ("5", "2", "", "7", "4", "1")
    tickets = [ticket(f"a-{number}", rating=rating) for number, rating in enumerate(ratings)]
    table = run("satisfaction", asked(lives, tickets))
    assert [tuple(row)[1:] for row in table.rows[:3]] == [
        (3, 2, 0.6667, 3.5, 3.5),
        (2, 1, 0.5, 4.0, 4),
        (0, 0, None, None, None),
    ]
    assert table.notes == ["5 done, 3 rated (60%), on average 3.67", "1 with a rating that is none from 1 to 5"]


def test_reports_of_an_empty_store_have_no_row_of_a_ticket() -> None:
    question = asked({})._replace(by=report_grouping("priority", Config()))
    for name in ("resolution", "time-in-status", "reopened", "stale", "blocked", "satisfaction"):
        assert run(name, question).rows == []


def comment(day: int, *, author: str = "Bo", at: int | None = None, internal: str = "") -> Event:
    date = datetime.fromtimestamp(START + (day if at is None else at) * DAY, UTC)
    value: dict[str, str] = {"author": author, "date": f"{date:%Y-%m-%dT%H:%M:%SZ}", "text": ""}
    if internal:
        value["internal"] = "true"
    after: Value = {**value}
    return event("a-1", day, COMMENTED, "comment", after)


def first_answer(*comments: Event, status: str = "open", people: tuple[str, ...] = ()) -> Table:
    question = asked({"a-1": [(0, "open")]}, [ticket("a-1", status=status, reporter="Ann", priority="1")])
    return run(
        "first-response",
        question._replace(
            by=report_grouping("priority", Config()),
            events={"a-1": list(comments)},
            people={name: {} for name in people},
        ),
    )


def test_the_first_answer_is_public_and_by_somebody_else_of_the_team() -> None:
    ignored = [comment(1, author="Ann"), comment(2, internal="true"), comment(3, author="rule:ack")]
    assert first_answer(*ignored).notes == ["without an answer: 1 open, 0 closed"]
    assert first_answer(*ignored, status="closed").notes == ["without an answer: 0 open, 1 closed"]
    assert first_answer(*ignored, comment(6), comment(5)).rows == [("1 high", 1, 5 * DAY, 5 * DAY, 5 * DAY)]
    assert first_answer(comment(4), comment(5, author="Cy"), people=("Cy",)).rows[0][2] == 5 * DAY
    assert first_answer(comment(9, at=7)).rows[0][2] == 7 * DAY  # imported later than it was written
    assert first_answer(comment(1, at=-3)).rows[0][2] == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["Ann", "Bo", "Cy"]), st.booleans()), max_size=8))
def test_the_first_answer_is_the_one_that_a_walk_through_the_days_meets(
    made: list[tuple[int, str, bool]],
) -> None:
    found = first_answer(*(comment(day, author=who, internal="x" * hidden) for day, who, hidden in made)).rows
    met = next(
        (day for day in range(END) if any(at == day and who != "Ann" and not off for at, who, off in made)), None
    )
    assert [row[2] for row in found] == ([] if met is None else [met * DAY])


def test_the_use_of_the_settings_is_of_now_and_of_all_times() -> None:
    happened = {
        "a-1": [event("a-1", 0, CREATED, after={"type": "bug", "size": "3"}), event("a-1", 2, CHANGED, "type", "task")]
    }
    question = asked(
        {"a-1": [(0, "open"), (1, "waiting"), (2, "closed")]}, [ticket("a-1", status="closed", type="task")]
    )
    question = question._replace(
        events=happened,
        defined={"type": ["bug", "task", "epic"], "status": ["open", "waiting", "active"], "field": ["size", "color"]},
    )
    table = run("usage", question)
    assert table.rows == [
        ("type", "bug", 0, 1), ("type", "task", 1, 1), ("type", "epic", 0, 0),
        ("status", "open", 0, 1), ("status", "waiting", 0, 1), ("status", "active", 0, 0),
        ("field", "size", 0, 1), ("field", "color", 0, 0),
    ]  # fmt: skip
    assert table.notes == ["unused type: epic", "unused status: active", "unused field: color"]
    assert run("usage", question._replace(times=None, events={})).rows[0] == ("type", "bug", 0, None)


def clock(name: str, state: str, *, due: int = 10, ended: int | None = None, policy: str = "gold") -> Clock:
    at = None if ended is None else START + ended * DAY
    return Clock(name, 1, state, policy, DAY, DAY, START + due * DAY, False, START, at, ())


def test_clocks_count_when_they_are_met_or_at_the_deadline_that_they_missed() -> None:
    one, two = ticket("a-1", priority="1"), ticket("a-2", priority="1")
    clocks = [
        (one, [clock("resolution", "met", ended=3), clock("first_response", "breached", due=5, ended=20)]),
        (two, [clock("resolution", "breached", due=30), clock("first_response", "running")]),
        (ticket("a-3"), [clock("resolution", "ended", ended=2)]),
        (ticket("a-4"), []),
    ]
    question = asked({}, [one, two])._replace(by=report_grouping("priority", Config()), clocks=clocks)
    table = run("sla", question)
    assert table.rows == [
        ("gold", "first_response", "1 high", 0, 1, 0.0, 1, "a-1"),
        ("gold", "resolution", "1 high", 1, 1, 0.5, 0, "a-2"),
    ]
    assert table.notes == ["1 of 3 met their target (33.3%)", "1 tickets have no clock"]
    later = run("sla", question._replace(since=datetime.fromtimestamp(START + 6 * DAY, UTC)))
    assert [tuple(row)[3:5] for row in later.rows] == [(0, 0), (0, 1)]
    tagged = [(ticket(one.id, tags=["a", "b"] if one.id == "a-1" else ["b"]), found) for one, found in clocks]
    table = run("sla", question._replace(by=report_grouping("tags", Config()), clocks=tagged))
    assert [column.key for column in table.columns[:3]] == ["policy", "clock", "tags"]
    assert [tuple(row)[1:5] for row in table.rows] == [
        ("first_response", "a", 0, 1), ("first_response", "b", 0, 1),
        ("resolution", "a", 1, 0), ("resolution", "b", 1, 1),
    ]  # fmt: skip
    assert table.notes[0] == "1 of 3 met their target (33.3%)"


def test_duplicates_and_look_alikes_that_share_a_ticket_are_one_problem() -> None:
    tickets = [
        ticket("a-1", status="open", created="2026-02-01"),
        ticket("a-2", status="closed", created="2026-01-01", **{"duplicate-of": "a-1"}),
        ticket("a-3", status="open", created="2026-02-20"),
        ticket("a-4", status="open", created="2026-02-21"),
        ticket("a-5", status="open", **{"duplicate-of": "gone"}),
        ticket("a-6", status="open", **{"duplicate-of": "a-6"}),
    ]
    table = run("recurring", asked({}, tickets)._replace(clusters=[["a-1", "a-3"], ["a-4", "b-9"]]))
    assert table.rows == [("a-2", 3, 2, "2026-01-01", "2026-02-20", 10 * DAY, "a-2")]
    assert table.notes == ["3 of 6 tickets, 1 problems"]
