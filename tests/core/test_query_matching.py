"""What a query finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import CONTEXT, NOW, TYPES, PlainContext, says, ticket
from plaintickets.core.query import (
    compile_query,
    parse,
)
from plaintickets.core.query.dates import add_months, period
from plaintickets.core.query.glob import glob_test
from plaintickets.core.query.wording import any_wording_test, is_within, wording_test
from plaintickets.core.ticket import Ticket


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status:OPEN", True),
        ("status:closed,open", True),
        ("status!=closed,done", True),
        ("status!=closed,open", False),
        ("status:o*n", True),
        ('status:"o*n"', False),
        ("-status:open", False),
        ("tag:api", True),
        ("tags:API,web", True),
        ("tag!=api", False),
        ("tag!=web", True),
        ("tag:ap*", True),
        ("dep:pt-1 dep:2", True),
        ("deps:3", False),
        ("parent:pt-9", True),
        ("parent:9", True),
        ("id:pt-7f3k", True),
        ("id:7F3K", True),
        ("id:pt-*", True),
        ("id:7*", True),
        ("id:pt", False),
        ("component:db", True),
        ("component<dz", True),
        ("nothing:x", False),
        ("nothing!=x", False),
        ("-nothing:x", True),
        ("has:tags", True),
        ("has:nothing", False),
        ("no:nothing", True),
        ("no:tags,nothing", True),
        ("has:empty", False),
        ("vip:yes", True),
        ("vip:false", False),
        ("ext:jira:*", True),
    ],
)
def test_values_compare_without_case(query: str, expected: bool) -> None:
    subject = ticket(
        tags=["API", "x"],
        deps=["pt-1", "pt-2"],
        parent="pt-9",
        component="DB",
        empty="",
        vip="on",
        external_ref="jira:TIMOB-17",
    )
    assert says(query, subject) is expected


@pytest.mark.parametrize(
    ("query", "raw", "expected"),
    [
        ("priority<=1", "1", True),
        ("priority<=1", "P1", True),
        ("priority<=1", "high", True),
        ("priority<=1", "2", False),
        ("priority:P1", "high", True),
        ("priority:high,low", "3", True),
        ("priority<high", "0", True),
        ("priority>=0", "banana", False),
        ("-priority>=0", "banana", True),
        ("priority!=1", "banana", False),
        ("estimate>=3", "10", True),
        ("estimate:3", "3.0", True),
        ("estimate>=3", "3h", False),
        ("estimate<0", "-1.5", True),
        ("effort>9", "10", True),
        ("effort:10", "10.0", False),
        ("effort>9", "much", False),
    ],
)
def test_numbers_compare_as_numbers(query: str, raw: str, expected: bool) -> None:
    field = query.lstrip("-").partition("y")[0] + "y" if "priority" in query else None
    name = field or ("estimate" if "estimate" in query else "effort")
    assert says(query, ticket(**{name: raw})) is expected


@pytest.mark.parametrize(
    ("query", "raw", "expected"),
    [
        ("due:2026-10", "2026-10-31", True),
        ("due:2026-10", "2026-11-01", False),
        ("due:2026", "2026-12-31T23:59:59Z", True),
        ("due>2026-10-01", "2026-10-01T23:59:59Z", False),
        ("due>2026-10-01", "2026-10-02", True),
        ("due>=2026-10-01", "2026-10-01", True),
        ("due<=2026-10-01", "2026-10-01T23:59:59Z", True),
        ("due<2026-10-01", "2026-10-01T00:00:00Z", False),
        ("due:2026-10-01T10:00", "2026-10-01T10:00:59Z", True),
        ("due:2026-10-01T10:00", "2026-10-01T10:01:00Z", False),
        ("due:2026-10-01T10:00:00+02:00", "2026-10-01T08:00:00Z", True),
        ("due:2026-10-01T10:00", "2026-10-01", True),
        ("due:today", "2026-11-22T23:00:00Z", True),
        ("due:yesterday,tomorrow", "2026-11-23", True),
        ("due<now", "2026-11-22T09:29:59Z", True),
        ("due<now", "2026-11-22", False),
        ("due<+7d", "2026-11-28", True),
        ("due<+7d", "2026-11-29", False),
        ("due<=+1w", "2026-11-29T18:00:00Z", True),
        ("due>=-30d", "2026-10-23", True),
        ("due>=-30d", "2026-10-22", False),
        ("due>-12h", "2026-11-21T22:00:00Z", True),
        ("due:+1m", "2026-12-22", True),
        ("due:-1y", "2025-11-22", True),
        ("due<+7d", "", False),
        ("-due<+7d", "", True),
        ("due!=today", "", False),
        ("due!=today", "soon", False),
        ("due!=today", "2026-11-23", True),
        ("due>0001", "9999-12-31", True),
        ("due<=9999", "9999-12-31T23:59:59Z", True),
    ],
)
def test_dates_compare_by_the_period_that_was_written(
    query: str,
    raw: str,
    expected: bool,
) -> None:
    assert says(query, ticket(due=raw)) is expected


def test_an_undeclared_field_is_compared_as_what_it_is_compared_with() -> None:
    assert says("launch<2026-10", ticket(launch="2026-09-30"))
    assert not says("launch<2026-10-01", ticket(launch="never"))
    assert says("launch>m", ticket(launch="never"))


@pytest.mark.parametrize("raw", ["Ada Lovelace", "ADA@example.org", "Someone <ada@example.org>"])
def test_me_is_known_by_name_and_by_mail(raw: str) -> None:
    assert says("assignee:me", ticket(assignee=raw))
    assert not says('assignee:"me"', ticket(assignee=raw))


def test_a_person_is_found_by_any_part_of_the_name() -> None:
    subject = ticket(reporter="Grace Hopper <grace@example.org>")
    for query in ('reporter:"grace hopper"', "reporter:grace@example.org", "reporter:grace*"):
        assert says(query, subject)
    assert not says("reporter:grace", subject)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status:open", True), ("status!=closed", True), ("status!=open", False), ("-status:open", False),
        ("type:task", True), ("type!=task", False), ("priority:2", True), ("priority<=1", False),
        ("priority>P3", False), ("no:status", True), ("has:type", False), ("no:priority", True),
        ("assignee!=ann", False),
    ],
)  # fmt: skip
def test_a_ticket_without_status_type_or_priority_has_those_that_lists_show(query: str, expected: bool) -> None:
    assert compile_query(parse(query), CONTEXT)(Ticket("pt-1", "pt-1.md", {"id": "pt-1"}, "")) is expected


def test_states_follow_the_class_of_the_status() -> None:
    subject = ticket(status="in_progress", due="2026-11-21", deps=["pt-1"])
    for query in ("is:open", "is:active", "is:overdue", "is:blocked", "-is:ready", "-is:waiting"):
        assert says(query, subject)
    closed = ticket(status="closed", due="2026-11-21")
    for query in ("is:closed", "is:done", "-is:open", "-is:overdue", "is:open,closed"):
        assert says(query, closed)


def test_a_day_is_overdue_when_it_is_over_and_a_moment_when_it_is_behind() -> None:
    assert not says("is:overdue", ticket(due="2026-11-22"))
    assert says("is:overdue", ticket(due="2026-11-22T09:29:59Z"))
    assert not says("is:overdue", ticket(due="2026-11-22T09:30:00Z"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("crash", True),
        ("CRASHÉ", True),
        ("rash", True),
        ("rash*", False),
        ("crash*", True),
        ("crahse~", True),
        ("crxyz~", False),
        ("unicde~", True),
        ('"parser crashes"', True),
        ('"the crashes"', False),
        ("crash panic", False),
        ("crash OR panic", True),
        ("title:parser", True),
        ("title:unicode", False),
        ("body:unicode", True),
        ("comment:unicode", False),
        ("comment:thanks,please", True),
        ("has:comments has:body", True),
        ("title=crash", False),
        ('title="the parser\ncrashes"', True),
        ("解析", True),
        ("解*", True),
        ("析*", True),
        ("7f3k", True),
        ("story:dragon story!=knight", True),
    ],
)
def test_words_are_found_without_an_index(query: str, expected: bool) -> None:
    texts = {"body": "Unicode input 在解析时 crashé", "comments": "Thanks!"}
    context = PlainContext(types=TYPES, texts={"pt-7f3k": texts})
    subject = ticket("The parser\ncrashes", story="A dragon")
    assert says(query, subject, context) is expected


def test_an_index_may_decide_about_the_words() -> None:
    test = compile_query(parse("crash -panic"), CONTEXT, lambda node, _: node.text == "crash")
    assert test(ticket("nothing of the kind"))


def test_a_query_with_as_much_as_fits_is_answered() -> None:
    assert not says(" OR ".join(["zz"] * 10_000), ticket())
    assert says("id:" + ",".join(["x*"] * 10_000 + ["pt-*"]), ticket())


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abbc", True),
        ("a*c", "ac", True),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("*b*b*", "ab", False),
        ("*b*b*", "abab", True),
        ("a*b*c", "a-c-b", False),
        ("a*bc", "abc-bc", True),
    ],
)
def test_a_glob_fits_the_whole_text(pattern: str, text: str, fits: bool) -> None:
    assert glob_test(pattern)(text) is fits


def test_a_glob_of_many_stars_is_answered() -> None:
    assert not glob_test("*a" * 2000 + "b")("a" * 100_000)


def test_a_fuzzy_word_allows_one_change_in_five_letters_and_two_beyond() -> None:
    assert is_within("crash", "crahs", 1)
    assert not is_within("crash", "carhs", 1)
    assert wording_test("parser", "fuzzy")("the praesr")
    assert not wording_test("crash", "fuzzy")("the chars")


def test_months_end_where_the_shorter_month_ends() -> None:
    assert add_months(datetime(2024, 1, 31, tzinfo=UTC), 1).day == 29
    assert add_months(datetime(2026, 3, 31, tzinfo=UTC), -13).month == 2
    found = period("+1m", datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert found == (datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    assert period("now", NOW) == (NOW, NOW + timedelta(microseconds=1))


def test_values_within_a_list_compare_one_by_one() -> None:
    subject = ticket(estimate=["1", "x", ["5"]], affects={"a": "b"})
    assert says("estimate<2 -estimate:5 has:affects -affects:b", subject)
    assert says("estimate!=2", subject)
    assert not says("estimate!=1", subject)


def test_the_precision_of_a_time_is_what_was_written() -> None:
    subject = ticket(created="2026-10-01T10:59:59.5Z")
    assert says("created:2026-10-01T10", subject)
    assert says("created:2026-10-01T10:59:59", subject)
    assert not says("created:2026-10-01T10:59:59.4", subject)
    assert not says("created:2026-10-01T10", ticket(created="2026-10-01x10"))


def test_id_title_and_links_are_fields_like_others() -> None:
    subject = ticket("Crash", links=["pt-2"])
    assert says("has:id has:title has:links link:2 has:tags OR no:tags", subject)
    assert says("is:waiting OR is:open", subject)


_WORDS = st.lists(st.text("ab ", max_size=3), max_size=40)


@given(_WORDS, st.text("ab -", max_size=12), st.sampled_from(("word", "prefix")))
def test_many_words_are_found_where_one_of_them_is(
    words: list[str], text: str, kind: Literal["word", "prefix"]
) -> None:
    assert any_wording_test(words, kind)(text) == any(wording_test(word, kind)(text) for word in words)


class Looked(str):
    """A text that counts how often a word is looked for in it."""

    __slots__ = ()
    times: ClassVar[list[str]] = []

    def find(self, word: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None, /) -> int:
        self.times.append(word)
        return super().find(word, start, end)


def test_five_thousand_beginnings_are_not_looked_for_one_by_one() -> None:
    query = "title:" + ",".join(f"w{number}*" for number in range(5_000))
    test = compile_query(parse(query), CONTEXT)
    assert test(ticket(title="a w4711x"))
    assert not test(ticket(title="aw4711 x"))
    assert not any_wording_test([f"w{number}" for number in range(5_000)], "prefix")(Looked("a v4711x"))
    assert not Looked.times


CONDITIONS = (
    "priority<2", "priority:3", "-priority>=1", "priority!=0", "no:priority", "has:priority",
    "tag:api", "tag!=api", "created<2026-10-01", "created>2026-09", "status:open", "-is:open", "is:closed",
    "title:crash", "-title:parser", "no:created",
)  # fmt: skip


@given(st.lists(st.sampled_from(CONDITIONS), min_size=4, max_size=12), st.sampled_from([" ", " OR "]))
def test_conditions_on_one_field_say_together_what_they_say_alone(conditions: list[str], joint: str) -> None:
    together = compile_query(parse(joint.join(conditions), None), CONTEXT)
    alone = [compile_query(parse(one, None), CONTEXT) for one in conditions]
    for priority in ("", "0", "3", "high"):
        for created in ("", "2026-09-30T23:00:00Z", "2026-10-02"):
            one = ticket(priority=priority, created=created, tags=["api"] if priority else [], title="Crash")
            verdicts = [test(one) for test in alone]
            assert together(one) is (all(verdicts) if joint == " " else any(verdicts))
