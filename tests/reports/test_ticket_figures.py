"""The reports on single tickets and their lives, against figures counted by hand and by walking day by day."""

from __future__ import annotations

from statistics import mean, median

from hypothesis import given, settings

from plaintickets.core.config import Config
from plaintickets.core.event import COMMENTED
from plaintickets.core.grouping import report_grouping
from plaintickets.core.quantiles import quantile
from plaintickets.reports import run
from report_lives import (
    CLASSES,
    DAY,
    LIVES,
    asked,
    event,
    has_been_open,
    last_closing,
    named,
    rows,
    status_on,
    ticket,
)

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
