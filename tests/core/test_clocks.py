"""Clocks: the published timelines, the edge rules, and a simulation that steps minute by minute."""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_data import calendar_of, epoch, published
from law_examples import examples
from plaintickets.core.servicedesk.calendar import Calendar, Hours
from plaintickets.core.servicedesk.clocks import CLOCKS, Clock, Fact, Terms, clocks

DONE = {"closed"}.__contains__
DAY = epoch("2026-11-25T00:00:00Z")
NINE = DAY + 9 * 3600
OFFICE = Calendar("office", ZoneInfo("UTC"), Hours((((9 * 60, 17 * 60),),) * 5 + ((), ())))
ALWAYS = Calendar("always")


def terms(**changed: Any) -> Terms:
    targets = dict.fromkeys(CLOCKS, 3600)
    return Terms("gold", ALWAYS, targets, frozenset({"waiting"}))._replace(**changed)


def at(minute: int, kind: str, status: str = "", under: Terms | None = None) -> Fact:
    return Fact(NINE + minute * 60, kind, status, under)


def run(*facts: Fact, until: int, under: Terms | None = None) -> dict[tuple[str, int], Clock]:
    start = [at(0, "terms", under=under or terms()), at(0, "created", "open")]
    found = clocks([*start, *facts], NINE + until * 60, DONE)
    return {(clock.name, clock.number): clock for clock in found}


def facts_of(row: dict[str, Any], policy: Terms) -> list[Fact]:
    created = epoch(row["created"])
    facts = [Fact(created, "terms", terms=policy), Fact(created, "created", row["initial_status"])]
    for event in row["events"]:
        when = epoch(event["at"])
        if "status" in event:
            facts.append(Fact(when, "status", event["status"]))
        elif event.get("policy_matches") is False:
            facts.append(Fact(when, "terms", terms=None))
        elif event.get("agent_public_reply"):
            facts.append(Fact(when, "team"))
        elif event.get("customer_reply"):
            facts.append(Fact(when, "requester"))
        else:
            assert "agent_internal_note" in event
    return facts


def expected(found: dict[str, Clock], key: str) -> object:
    if key == "next_breach":
        due = [clock.due for clock in found.values() if clock.is_live and clock.due is not None]
        return min(due, default=None)
    name, what = next((name, key.removeprefix(f"{name}_")) for name in CLOCKS if key.startswith(name))
    clock = found.get(name)
    if what == "due":
        is_over = name == "update" and clock is not None and clock.state == "met"
        return None if clock is None or is_over else clock.due
    assert clock is not None
    if what == "left_minutes":
        return clock.target // 60 - clock.elapsed // 60
    return {"minutes": clock.elapsed // 60, "at": clock.ended}[what]


def test_the_clocks_agree_with_every_published_timeline() -> None:
    rows = published("sla_timelines.json")
    for row in rows["scenarios"]:
        always = row["calendar"] == "always"
        calendar = ALWAYS if always else calendar_of(known := rows["calendars"][row["calendar"]], known["timezone"])
        targets = {name: minutes * 60 for name, minutes in row["targets_minutes"].items() if minutes is not None}
        policy = Terms(
            "p", calendar, targets, frozenset({"pending"}), frozenset(CLOCKS), after="customer", reopen="continue"
        )
        now = epoch(row["expect"].get("now") or (row["events"] or [{"at": row["created"]}])[-1]["at"])
        found = {clock.name: clock for clock in clocks(facts_of(row, policy), now, DONE)}
        for key, value in row["expect"].items():
            if key != "now":
                wanted = epoch(value) if isinstance(value, str) else value
                assert expected(found, key) == wanted, (row["name"], key)
    assert len(rows["scenarios"]) == 26


def test_time_under_two_calendars_counts_in_each_for_its_own_time() -> None:
    for case in published("schedule_change.json")["cases"]:
        created, changed = epoch(case["created"]), epoch(case["schedule_changes"][1]["at"])
        by_name = {
            name: Calendar(name, None, Hours(_week(pairs)))
            for name, pairs in case["schedules_utc_minutes_of_week_from_sunday"].items()
        }
        first, second = (terms(calendar=by_name[name]) for name in "AB")
        facts = [Fact(created, "terms", terms=first), Fact(created, "created", "open")]
        facts += [Fact(changed, "terms", terms=second), Fact(epoch(case["first_public_agent_reply"]), "team")]
        clock = clocks(facts, epoch(case["first_public_agent_reply"]), DONE)[0]
        assert clock.elapsed / 60 == pytest.approx(case["exact_minutes_all_schedules"], abs=0.001)


def _week(pairs: list[list[int]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Spans in minutes of a week from Sunday, cut at midnight, by day from Monday."""
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end in pairs:
        for day in range(start // 1440, (end - 1) // 1440 + 1):
            cut = max(start - day * 1440, 0), min(end - day * 1440, 1440)
            days[(day - 1) % 7].append(cut)
    return tuple(tuple(sorted(day)) for day in days)


def test_an_answer_meets_the_first_response_and_starts_the_update_clock_again() -> None:
    found = run(at(30, "team"), until=40)
    assert (found["first_response", 1].state, found["first_response", 1].elapsed) == ("met", 1800)
    assert (found["update", 1].state, found["update", 2].elapsed) == ("met", 600)


def test_a_pause_stops_the_clocks_that_it_names_and_moves_their_deadlines() -> None:
    found = run(at(10, "status", "waiting"), until=30)
    assert (found["resolution", 1].state, found["resolution", 1].elapsed) == ("paused", 600)
    assert found["resolution", 1].due == NINE + 80 * 60
    assert (found["first_response", 1].state, found["first_response", 1].elapsed) == ("running", 1800)


def test_a_deadline_is_met_on_its_second_and_missed_one_later() -> None:
    at_once = clocks([at(0, "terms", under=terms()), at(0, "created", "open")], NINE + 3600, DONE)
    assert {clock.state for clock in at_once} == {"running"}
    later = clocks([at(0, "terms", under=terms()), at(0, "created", "open")], NINE + 3601, DONE)
    assert {clock.state for clock in later} == {"breached"}
    assert {clock.due for clock in later} == {NINE + 3600}


@pytest.mark.parametrize(
    ("reopen", "states", "elapsed"),
    [("continue", ["running"], [1800]), ("restart", ["met", "running"], [1200, 600]), ("never", ["met"], [1200])],
)
def test_reopening_continues_restarts_or_leaves_the_resolution(
    reopen: str, states: list[str], elapsed: list[int]
) -> None:
    found = run(at(20, "status", "closed"), at(50, "status", "open"), until=60, under=terms(reopen=reopen))
    resolution = [clock for (name, _), clock in found.items() if name == "resolution"]
    assert [clock.state for clock in resolution] == states
    assert [clock.elapsed for clock in resolution] == elapsed


def test_a_closed_ticket_without_an_answer_in_time_has_neither_met_nor_missed_the_response() -> None:
    found = run(at(20, "status", "closed"), until=2000)
    assert (found["first_response", 1].state, found["first_response", 1].ended) == ("ended", NINE + 20 * 60)
    assert run(at(90, "status", "closed"), until=2000)["first_response", 1].state == "breached"
    assert run(at(20, "status", "closed"), at(50, "status", "open"), until=60)["first_response", 1].elapsed == 1800


def test_merged_away_ends_every_clock() -> None:
    assert {clock.state for clock in run(at(5, "requester"), at(20, "merged"), until=900).values()} == {"ended"}


@pytest.mark.parametrize(("status", "state"), [("closed", "ended"), ("waiting", "paused")])
def test_a_ticket_created_in_a_closed_or_waiting_status_is_so_from_its_first_second(status: str, state: str) -> None:
    found = clocks([at(0, "terms", under=terms()), at(0, "created", status)], NINE + 7200, DONE)
    assert {clock.state for clock in found if clock.name == "resolution"} == {state}
    assert {clock.elapsed for clock in found if clock.name == "resolution"} == {0}


def test_a_comment_before_the_creation_counts_as_zero() -> None:
    assert run(at(-500, "team"), until=10)["first_response", 1].elapsed == 0


def test_of_two_comments_of_the_requester_the_older_one_waits() -> None:
    found = run(at(1, "team"), at(10, "requester"), at(20, "requester"), at(40, "team"), at(50, "requester"), until=60)
    assert (found["next_response", 1].state, found["next_response", 1].elapsed) == ("met", 1800)
    assert found["next_response", 2].elapsed == 600


def test_a_comment_at_the_instant_of_a_reopening_starts_its_clock() -> None:
    facts = (at(10, "status", "closed"), at(20, "status", "open"), at(20, "requester"))
    assert run(*facts, until=30)["next_response", 1].elapsed == 600


def test_at_one_instant_a_start_comes_before_a_stop_and_the_last_status_counts() -> None:
    assert run(at(5, "team"), at(5, "requester"), until=9)["next_response", 1].state == "met"
    found = run(at(5, "status", "waiting"), at(5, "status", "open"), until=9)
    assert found["resolution", 1].state == "running"


def test_a_changed_target_keeps_the_elapsed_time_and_what_has_ended_keeps_its_own() -> None:
    short = terms(targets={"first_response": 600, "resolution": 600})
    found = run(at(5, "team"), at(20, "terms", under=short), until=30)
    assert (found["resolution", 1].state, found["resolution", 1].elapsed) == ("breached", 1800)
    assert found["first_response", 1].target == 3600


def test_a_start_by_the_team_is_a_response_only_where_the_policy_says_so() -> None:
    assert run(at(5, "started"), until=9)["first_response", 1].state == "running"
    assert run(at(5, "started"), until=9, under=terms(response="comment-or-start"))["first_response", 1].state == "met"


def test_a_warning_begins_at_a_share_of_the_target_or_with_little_left() -> None:
    assert not run(until=44, under=terms(warn=(0.75,)))["resolution", 1].is_warning
    assert run(until=45, under=terms(warn=(0.75,)))["resolution", 1].is_warning
    assert run(until=50, under=terms(warn_left=(600,)))["resolution", 1].is_warning


class Simulated(NamedTuple):
    """What stepping minute by minute finds of the last clock of a name."""

    elapsed: int
    state: str


def simulate(facts: list[Fact], now: int, policy: Terms) -> dict[str, Simulated]:  # noqa: C901, PLR0912 - plain steps
    """Step from minute to minute: at each, the facts in the order start, resume, pause, stop; then count it."""
    status, is_live, elapsed, state = "", dict.fromkeys(CLOCKS, False), dict.fromkeys(CLOCKS, 0), {}
    unanswered = updates = False
    created = min(fact.at for fact in facts if fact.kind == "created")
    minute = created
    by_minute: dict[int, list[Fact]] = {}
    for fact in facts:
        by_minute.setdefault(max(fact.at, created), []).append(fact)

    def start(name: str) -> None:
        is_live[name], elapsed[name], state[name] = True, 0, ""

    def stop(name: str, how: str) -> None:
        if is_live[name]:
            is_live[name], state[name] = False, how

    while minute <= now:
        here = by_minute.get(minute, [])
        last = next((fact for fact in reversed(here) if fact.kind == "status"), None)
        kinds = {fact.kind for fact in here}
        if "created" in kinds:
            status = next(fact.status for fact in here if fact.kind == "created")
            start("first_response")
            start("resolution")
            if policy.after != "team":
                start("update")
            if status == "closed":
                for name in CLOCKS:
                    stop(name, "ended")
        if "requester" in kinds:
            unanswered = True
            if status != "closed":
                if not is_live["next_response"]:
                    start("next_response")
                if policy.after != "team":
                    start("update")
        if last is not None and last.status != "closed":
            if status == "closed":
                if policy.reopen == "restart":
                    start("resolution")
                elif policy.reopen == "continue" and not is_live["resolution"]:
                    is_live["resolution"], state["resolution"] = True, ""
                if state["first_response"] == "ended":
                    is_live["first_response"], state["first_response"] = True, ""
                if updates:
                    start("update")
                if unanswered:
                    start("next_response")
            status = last.status
        for _ in range(sum(fact.kind == "team" for fact in here)):
            unanswered = False
            for name in ("first_response", "next_response", "update"):
                stop(name, "met")
            if policy.after != "customer" and status != "closed":
                start("update")
        if last is not None and last.status == "closed" and status != "closed":
            status, unanswered, updates = "closed", False, is_live["update"]
            for name in ("resolution", "next_response", "update"):
                stop(name, "met")
        if minute == now:
            break
        is_open = policy.calendar.is_open(minute)
        for name in CLOCKS:
            is_paused = name in policy.pauses and status in policy.paused
            if is_live[name] and status != "closed" and not is_paused and is_open:
                elapsed[name] += 60
        minute += 60
    found = {}
    for name, ended_as in state.items():
        how = ended_as
        if elapsed[name] > policy.targets[name] and how != "ended":
            how = "breached"
        if not how:
            is_paused = name in policy.pauses and status in policy.paused
            how = "ended" if status == "closed" else "paused" if is_paused else "running"
        found[name] = Simulated(elapsed[name], how)
    return found


minutes = st.integers(0, 40)
happenings = st.one_of(
    st.tuples(minutes, st.sampled_from(["team", "requester"]), st.just("")),
    st.tuples(minutes, st.just("status"), st.sampled_from(["open", "waiting", "closed", "in_progress"])),
)
policies = st.builds(
    terms,
    calendar=st.sampled_from([ALWAYS, OFFICE]),
    targets=st.fixed_dictionaries({name: st.integers(1, 400).map(lambda count: count * 60) for name in CLOCKS}),
    pauses=st.frozensets(st.sampled_from(CLOCKS)),
    after=st.sampled_from(["any", "customer", "team"]),
    reopen=st.sampled_from(["continue", "restart", "never"]),
)


@settings(max_examples=examples(150), deadline=None)
@given(policies, st.sampled_from(["open", "waiting", "closed"]), st.lists(happenings, max_size=8), st.integers(0, 1500))
def test_the_clocks_at_every_event_equal_a_simulation_minute_by_minute(
    policy: Terms, status: str, events: list[tuple[int, str, str]], offset: int
) -> None:
    start = DAY + offset * 60
    facts = [Fact(start, "terms", terms=policy), Fact(start, "created", status)]
    facts += [Fact(start + 13 * minute * 60, kind, value) for minute, kind, value in sorted(events, key=lambda e: e[0])]
    for now in sorted({fact.at for fact in facts} | {start + 700 * 60}):
        seen = [fact for fact in facts if fact.at <= now]
        stepped = simulate(seen, now, policy)
        last = {clock.name: Simulated(clock.elapsed, clock.state) for clock in clocks(facts, now, DONE)}
        assert last == stepped
