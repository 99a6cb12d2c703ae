"""The figures of reports, against figures counted by hand and against another way of computing them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.config import Config
from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.forecast import FARTHEST, at_chance, periods_needed
from plaintickets.core.grouping import report_grouping
from plaintickets.core.quantiles import quantile
from plaintickets.reports import run
from report_lives import (
    CLASSES,
    DAY,
    LIVES,
    NOW,
    STATUSES,
    asked,
    event,
    has_been_open,
    index_of,
    last_closing,
    named,
    rows,
    status_on,
    ticket,
)


def test_the_flow_of_three_tickets_is_as_counted_by_hand() -> None:
    lives = {
        "a-1": [(0, "open"), (2, "active"), (5, "closed")],
        "a-2": [(0, "open"), (8, "closed"), (9, "open")],
        "a-3": [(1, "open"), (15, "waiting"), (16, "closed"), (20, "wontfix")],
    }
    found = rows(run("flow", asked(lives)))
    assert "status:waiting" not in found[0]  # no week ended with it
    assert [(row["status:open"], row["status:wontfix"], row["status:closed"]) for row in found[:3]] == [
        (2, 0, 1),
        (2, 0, 1),
        (1, 1, 1),
    ]
    assert [row["throughput"] for row in found[:3]] == [1, 0, 1]
    assert (found[0]["cycle"], found[0]["lead"]) == (3 * DAY, 5 * DAY)
    assert (found[2]["cycle"], found[2]["lead"]) == (None, 15 * DAY)


@settings(max_examples=60, deadline=None)
@given(LIVES)
def test_the_flow_is_what_a_look_at_each_ticket_on_each_day_finds(lives: list[list[tuple[int, str]]]) -> None:
    question = asked(named(lives))
    first = min((life[0][0] for life in lives), default=None)
    monday = 0 if first is None else first - first % 7
    for week, row in enumerate(rows(run("flow", question))):
        start = monday + 7 * week if first is not None else 56
        end = min(start + 7, 56)
        held = Counter(status_on(life, end) for life in lives)
        for status in CLASSES:
            assert row.get(f"status:{status}", 0) == held[status]
        assert row["wip"] == held["active"] + held["waiting"]
        closings = [(life, last_closing(life, 56)) for life in lives]
        done = [
            (life, day) for life, day in closings if day is not None and start <= day < end and has_been_open(life, day)
        ]
        assert row["throughput"] == len(done)
        leads = [(day - life[0][0]) * DAY for life, day in done]
        assert row["lead"] == (round(median(leads)) if leads else None)
        begun = [
            (day - next(at for at, status in life if status == "active")) * DAY
            for life, day in done
            if any(status == "active" and at <= day for at, status in life[: index_of(life, day)])
        ]
        assert row["cycle"] == (round(median(begun)) if begun else None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.sampled_from(["open", "closed"]), st.sampled_from("01234x"), st.booleans()),
        max_size=20,
    )
)
def test_the_backlog_counts_each_open_ticket_once_by_its_age(
    made: list[tuple[int, str, str, bool]],
) -> None:
    tickets = [
        ticket(f"a-{number}", status=status, priority=priority, created=f"{NOW - timedelta(days=age):%Y-%m-%d}")
        for number, (age, status, priority, _) in enumerate(made)
    ]
    lives = {f"a-{number}": [(0 if old else 50, status)] for number, (_, status, _, old) in enumerate(made)}
    question = asked(lives, tickets)._replace(by=report_grouping("priority", Config()))
    found = {row["priority"]: row for row in rows(run("backlog", question))}
    for number, name in enumerate((*Config().priorities, "x")):
        mine = [one for one in made if one[1] == "open" and one[2] == (name if name == "x" else str(number))]
        row = found.get("unreadable" if name == "x" else f"{number} {name}", {})
        edges = {"week": (0, 7), "month": (7, 30), "quarter": (30, 90), "year": (90, 365), "older": (365, 9999)}
        for key, (low, high) in edges.items():
            assert row.get(key, 0) == sum(low <= age < high for age, *_ in mine)
        assert row.get("open", 0) == len(mine)
        # 30 days before 2 March is day 26: what began on day 50 has been added since.
        assert row.get("growth", 0) == sum(not old for *_, old in mine)


def test_the_burndown_of_a_milestone_is_as_counted_by_hand() -> None:
    lives = {
        "a-1": [(0, "open"), (9, "closed")],
        "a-2": [(0, "open"), (3, "closed"), (15, "open")],
        "a-3": [(0, "open"), (16, "")],
        "a-4": [(8, "open")],
    }
    happened = {
        "a-1": [event("a-1", 0, CREATED, after={"milestone": "1"})],
        "a-2": [event("a-2", 0, CREATED, after={}), event("a-2", 7, CHANGED, "milestone", "1")],
        "a-3": [event("a-3", 0, CREATED, after={"milestone": "1"})],
        "a-4": [
            event("a-4", 8, CREATED, after={"milestone": "1"}),
            event("a-4", 22, CHANGED, "milestone", "2"),
        ],
    }
    tickets = [ticket("a-1", milestone="1"), ticket("a-2", milestone="1"), ticket("a-4", milestone="2")]
    table = run("burndown", asked(lives, tickets)._replace(events=happened, milestone="1"))
    found = [tuple(row)[1:] for row in table.rows[:4]]
    assert found == [(2, 0, 2, 0, 2), (2, 0, 4, 2, 2), (0, 1, 3, 1, 2), (0, 1, 2, 1, 1)]
    assert "1 left, done by" in table.notes[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(1, 60), STATUSES), max_size=5),
            st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["1", "2", ""])), max_size=4),
        ),
        max_size=6,
    )
)
def test_the_burndown_is_what_a_look_at_each_ticket_at_each_end_finds(
    made: list[tuple[list[tuple[int, str]], list[tuple[int, str]]]],
) -> None:
    lives, happened, fields = {}, {}, {}
    for number, (statuses, milestones) in enumerate(made):
        name = f"a-{number}"
        lives[name] = [(0, "open"), *sorted(statuses, key=lambda one: one[0])]
        fields[name] = [(0, "1"), *sorted(milestones, key=lambda one: one[0])]
        happened[name] = [event(name, 0, CREATED, after={"milestone": "1"})]
        happened[name] += [event(name, day, CHANGED, "milestone", value or None) for day, value in fields[name][1:]]
    table = run("burndown", asked(lives)._replace(events=happened, milestone="1"))
    for week, row in enumerate(rows(table)):
        if not made:
            continue
        end = min(7 * (week + 1), 56)
        inside = [name for name in lives if status_on(fields[name], end) == "1" and status_on(lives[name], end)]
        assert row["scope"] == len(inside)
        assert row["done"] == sum(CLASSES[status_on(lives[name], end)] == "done" for name in inside)
        assert row["left"] == len(inside) - int(str(row["done"]))
    if made:
        assert sum(int(str(row["added"])) - int(str(row["dropped"])) for row in rows(table)) == rows(table)[-1]["scope"]


def exact(done: list[int], left: int, chance: float) -> int | None:
    """The periods within which the work is done with a chance, from the whole distribution of the sums."""
    shares, ended = {0: 1.0}, 0.0
    for period in range(1, FARTHEST + 1):
        sums: Counter[int] = Counter()
        for total, share in shares.items():
            for number in done:
                sums[total + number] += share / len(done)  # type: ignore[assignment]
        ended += sum(share for total, share in sums.items() if total >= left)
        shares = {total: share for total, share in sums.items() if total < left}
        if ended >= chance:
            return period
    return None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(1, 40))
def test_the_forecast_is_near_the_exact_distribution(done: list[int], left: int) -> None:
    trials = periods_needed(done, left)
    for chance in (0.5, 0.85):
        low, found, high = exact(done, left, chance - 0.05), at_chance(trials, chance), exact(done, left, chance + 0.05)
        if found is not None and high is not None:
            assert low is not None
            assert low <= found <= high


def test_what_is_done_at_one_pace_is_done_when_division_says() -> None:
    assert set(periods_needed([4], 17)) == {5}
    assert set(periods_needed([4, 4], 0)) == {0}
    assert set(periods_needed([0, 0], 3)) == {None}
    assert set(periods_needed([-2, -1], 3)) == {None}


def test_the_forecast_of_steady_work_needs_no_chance() -> None:
    lives = {f"a-{number}": [(0, "open"), (7 + number % 42, "closed")] for number in range(84)}
    lives |= {f"b-{number}": [(0, "open")] for number in range(28)}
    found = rows(run("workload-forecast", asked(lives)._replace(until=datetime(2026, 2, 23, tzinfo=UTC))))
    assert {(row["periods"], row["date"]) for row in found} == {(2, "2026-03-09")}


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=30))
def test_the_median_is_the_one_of_the_standard_library(values: list[int]) -> None:
    assert quantile(values, 0.5) == median(values)
    assert quantile(values, 0) == min(values)
    assert quantile(values, 1) == max(values)


def test_the_load_counts_the_tickets_of_people_and_of_their_teams() -> None:
    tickets = [
        ticket("a-1", status="active", assignee="Ada Lovelace", created="2026-02-01", due="2026-03-01"),
        ticket("a-2", status="open", assignee="ada", created="2026-02-11", due="2026-03-02"),
        ticket("a-3", status="open", assignee="team:core", created="2026-02-21"),
        ticket("a-4", status="closed", assignee="ada"),
        ticket("a-5", status="open", due="2026-03-01T23:59:59Z"),
    ]
    people = {"ada": {"name": "Ada Lovelace", "teams": ["core"]}, "bo": {}}
    question = asked({}, tickets)._replace(people=people)
    assert run("load", question).rows == [
        ("ada", "person", 2, 1, 1, None, None),
        ("bo", "person", 0, 0, 0, None, None),
        ("core", "team", 3, 1, 1, 29 * DAY, 19 * DAY),
        ("none", "nobody", 1, 0, 1, None, None),
    ]
    assert run("load", question._replace(with_people=True)).rows[0][5:] == (29 * DAY, 24 * DAY)
