"""The engine of automation rules, their placeholders and marks, and the days of an RRULE: laws and tables."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.servicedesk.automation.effects import stepped
from plaintickets.core.servicedesk.automation.engine import LONGEST_CHAIN, Asked, ChainError, Performed, run
from plaintickets.core.servicedesk.automation.marks import is_due, mark, marked, repeat_days
from plaintickets.core.servicedesk.automation.placeholders import filled, unknown
from plaintickets.core.servicedesk.automation.recurrence import (
    WEEKDAYS,
    RecurrenceError,
    days,
    has_days,
    occurrences,
    recurrence_of,
)
from plaintickets.core.servicedesk.automation.triggers import Occurrence, is_triggered

if TYPE_CHECKING:
    from collections.abc import Mapping


def fired(rules: Mapping[str, tuple[str, list[tuple[str, str]]]], start: str = "a") -> list[tuple[str, str]]:
    """Run rules of a little world: each listens to a field, and changes fields of tickets. Return what fired."""
    done: list[tuple[str, str]] = []

    def perform(rule: str, ticket: str, _: Occurrence) -> Performed:
        done.append((rule, ticket))
        happened: dict[str, list[Occurrence]] = {}
        for other, field in rules[rule][1]:
            happened.setdefault(other or ticket, []).append(Occurrence("changed", field))
        return Performed(happened)

    asked = Asked(
        list(rules), lambda rule, what: rules[rule][0] == what.field, lambda *_: True, perform, lambda _: "r:1"
    )
    run(asked, [("t", [Occurrence("changed", start)])])
    return done


def test_rules_fire_in_the_order_as_written_and_each_once_for_a_ticket() -> None:
    rules = {"one": ("a", [("", "b")]), "two": ("b", [("", "a")]), "three": ("a", [])}
    assert fired(rules) == [("one", "t"), ("three", "t"), ("two", "t")]


def test_a_chain_of_twenty_fires_and_one_more_is_an_error_that_names_the_rule() -> None:
    chain = {f"r{n}": (str(n), [("", str(n + 1))]) for n in range(LONGEST_CHAIN)}
    assert len(fired(chain, "0")) == LONGEST_CHAIN
    longer = {**chain, "last": (str(LONGEST_CHAIN), [])}
    with pytest.raises(ChainError, match=r"^r:1: rules fire each other more than 20 times: r0 -> .* -> last") as error:
        fired(longer, "0")
    assert error.value.path[-1] == "last"


def test_a_rule_that_makes_tickets_which_fire_it_ends_before_it_makes_many() -> None:
    made = 0

    def perform(_rule: str, _ticket: str, _: Occurrence) -> Performed:
        nonlocal made
        made += 3
        return Performed({f"n{made + number}": [Occurrence("changed", "a")] for number in range(3)})

    asked = Asked(["spawn"], lambda *_: True, lambda *_: True, perform, lambda _: "r:1")
    with pytest.raises(ChainError, match="spawn"):
        run(asked, [("t", [Occurrence("changed", "a")])])
    assert made < 1000


@given(
    st.dictionaries(
        st.text("abcd", min_size=1, max_size=1),
        st.tuples(st.sampled_from("pqr"), st.lists(st.sampled_from("pqr"), max_size=3)),
        max_size=4,
    )
)
def test_no_rule_fires_twice_for_a_ticket(rules: dict[str, tuple[str, list[str]]]) -> None:
    done = fired({name: (on, [("", field) for field in fields]) for name, (on, fields) in rules.items()}, "p")
    assert len(done) == len(set(done))
    assert {rule for rule, _ in done} >= {rule for rule, (on, _) in rules.items() if on == "p"}


@pytest.mark.parametrize(
    ("trigger", "what", "expected"),
    [
        ("created", Occurrence("created"), True),
        ("imported", Occurrence("created"), False),
        ("changed", Occurrence("changed", "due"), True),
        ("changed", Occurrence("changed", "fired"), False),
        ("changed", Occurrence("text", "body"), True),
        ("changed:due", Occurrence("changed", "queue"), False),
        ("changed:body", Occurrence("text", "body"), True),
        ("commented", Occurrence("commented", "comment", None, {}), True),
        ("commented", Occurrence("commented", "comment", {}, {}), False),
        ("commented:team", Occurrence("commented", "comment", None, {}), True),
        ("commented:requester", Occurrence("commented", "comment", None, {}), False),
        ("status", Occurrence("changed", "status", "open", "closed"), True),
        ("status:open", Occurrence("changed", "status", "open", "closed"), False),
        ("closed", Occurrence("changed", "status", "open", "closed"), True),
        ("closed", Occurrence("changed", "status", "done", "closed"), False),
        ("reopened", Occurrence("changed", "status", "closed", "open"), True),
        ("reopened", Occurrence("created"), False),
        ("time", Occurrence("changed", "status", "open", "closed"), False),
    ],
)
def test_a_trigger_means_these_changes(trigger: str, what: Occurrence, expected: bool) -> None:
    found = is_triggered(trigger, what, {"closed", "done"}.__contains__, lambda _: "team", imported=False)
    assert found is expected


def test_an_import_fires_imported_and_not_created() -> None:
    made = Occurrence("created")
    assert [is_triggered(one, made, bool, str, imported=True) for one in ("imported", "created")] == [True, False]


def test_a_step_of_the_priority_stays_within_the_priorities() -> None:
    assert [stepped(text, 1, 5) for text in ("+1", "+9", "-1", "-99999999")] == ["0", "0", "2", "4"]


def test_placeholders_are_replaced_once_and_nothing_is_evaluated() -> None:
    values = {"title": "{id} {0.__class__}", "id": "d-1"}
    assert filled("{{id}} {id} {title} {x:1} {}", values.__getitem__) == "{id} d-1 {id} {0.__class__} {x:1} {}"
    assert unknown("a {id}\nb {nmae}", {"title"}) == [("nmae", 1)]
    assert len(filled("{t}" * 10, lambda _: "x" * 10_000)) == 5000


def test_a_mark_is_read_back_and_a_repeat_is_due_after_its_days() -> None:
    today = date(2026, 3, 10)
    assert marked([mark("a", today), "b@2026-01-01", "a@2026-01-01"], "a") == (["a@2026-03-10", "a@2026-01-01"], today)
    assert marked(["a@never"], "a") == (["a@never"], None)
    assert [is_due(repeat, date(2026, 3, 3), today) for repeat in ("never", "7d", "8d", "1w")] == [
        False,
        True,
        False,
        True,
    ]
    assert [repeat_days(text) for text in ("every 7d", "0d", "7h", "")] == [7, -1, -1, 0]


RULES = {
    "FREQ=WEEKLY;BYDAY=MO": ["2026-01-05", "2026-01-12", "2026-01-19"],
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR": ["2026-01-02", "2026-01-13", "2026-01-16"],
    "FREQ=MONTHLY;BYMONTHDAY=-1": ["2026-01-31", "2026-02-28", "2026-03-31"],
    "FREQ=MONTHLY;BYDAY=2TU": ["2026-01-13", "2026-02-10", "2026-03-10"],
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": ["2026-01-30", "2026-02-27", "2026-03-31"],
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": ["2028-02-29", "2032-02-29", "2036-02-29"],
    "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3,10": ["2026-03-29", "2026-10-25", "2027-03-28"],
    "FREQ=DAILY;COUNT=2": ["2026-01-01", "2026-01-02"],
    "FREQ=DAILY;UNTIL=20260102T000000Z": ["2026-01-01", "2026-01-02"],
    "RRULE:FREQ=MONTHLY": ["2026-01-01", "2026-02-01", "2026-03-01"],
}


@pytest.mark.parametrize("text", RULES)
def test_a_rule_has_the_days_that_rfc_5545_gives_it(text: str) -> None:
    found = days(recurrence_of(text), date(2026, 1, 1), date(2040, 1, 1))
    assert [day.isoformat() for day, _ in zip(found, range(3), strict=False)] == RULES[text]


@given(st.sampled_from(WEEKDAYS), st.integers(1, 5), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_weekly_rule_has_its_weekday_every_so_many_weeks(weekday: str, interval: int, start: date) -> None:
    rule = recurrence_of(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={weekday}")
    found = list(days(rule, start, start + timedelta(weeks=4 * interval + 1)))
    assert len(found) >= 4
    assert all(WEEKDAYS[day.weekday()] == weekday for day in found)
    assert all(after - before == timedelta(weeks=interval) for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=SECONDLY", "more than one occurrence a day"),
        ("FREQ=WEEKLY;BYDAY=2MO", "needs FREQ=MONTHLY or YEARLY"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20260101", "not by both"),
        ("FREQ=DAILY;FREQ=DAILY", "is no part of an RRULE"),
        ("FREQ=DAILY;BYHOUR=1", "is no part of an RRULE"),
        ("FREQ=DAILY;INTERVAL=0", "cannot stand after INTERVAL= in an RRULE, but 1 to 9999"),
        ("FREQ=WEEKLY;BYDAY=MON", "but MO, TU, WE"),
        ("FREQ=DAILY;UNTIL=20261399", "is no date"),
        ("INTERVAL=2", "needs a FREQ"),
        ("FREQ=DAILY;" + "BYMONTH=1," * 100, "200 characters"),
    ],
)
def test_a_rule_that_is_none_is_named(text: str, message: str) -> None:
    with pytest.raises(RecurrenceError, match=message):
        recurrence_of(text)


def test_the_case_of_a_rule_does_not_matter() -> None:
    assert recurrence_of("rrule:freq=monthly;byday=-1fr") == recurrence_of("RRULE:FREQ=MONTHLY;BYDAY=-1FR")


def test_what_never_comes_and_what_comes_too_often_is_found_in_little_time() -> None:
    start = date(2026, 1, 1)
    assert not has_days(recurrence_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), start)
    assert has_days(recurrence_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), start)
    with pytest.raises(RecurrenceError, match="more than 366 tickets"):
        occurrences(recurrence_of("FREQ=DAILY"), start, None, date(2028, 1, 1))
