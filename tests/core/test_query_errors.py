"""What a query that cannot be understood is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from asking import CONTEXT, PlainContext
from plaintickets.core.query import (
    QueryError,
    compile_query,
    parse,
)


def error(query: str, fields: set[str] | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        compile_query(parse(query, fields), CONTEXT)
    return caught.value


def test_me_is_refused_when_nobody_knows_who_that_is() -> None:
    with pytest.raises(QueryError) as caught:
        compile_query(parse("-assignee:me"), PlainContext())
    assert (caught.value.position, caught.value.end) == (10, 12)


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("statsu:open", "statsu", "did you mean status?"),
        ("a compnent:x", "compnent", "did you mean component"),
        ("https://x.org", "https", "no field 'https'"),
        ("is:opne", "opne", "did you mean open?"),
        ("has:dude", "dude", "no field 'dude'"),
        ("is<open", "is<open", "goes with a colon"),
        ("(a", "(", "never closed"),
        ("a ((", "(", "nothing after"),
        ("a)", ")", "closes nothing"),
        (")", ")", "closes nothing"),
        ("()", "()", "nothing between the parentheses"),
        ('a "b', '"', "never closed"),
        ('""', '""', "nothing between the quotes"),
        ('a"b"', '"', "middle of a word"),
        ('tag:a"b"', '"', "middle of a value"),
        ('"a"b', "b", "space is missing"),
        ("AND", "AND", "nothing on its left"),
        ("a OR", "OR", "nothing on its right"),
        ("OR a", "OR", "nothing on its left"),
        ("a OR AND b", "OR", "nothing on its right"),
        ("(NOT)", "NOT", "nothing on its right"),
        ("a - b", "-", "nothing to negate"),
        ("--all", "--", "not a negation"),
        ("priority = 1", "=", "no field before"),
        ("tag: x", ":", "value is missing"),
        ("tag:a,,b", ",", "value is missing"),
        ("priority=<1", "=<", "did you mean priority<=?"),
        ("priority<>1", "<>", "did you mean priority!=?"),
        ("priority<1,2", "2", "one value"),
        ("priority:urgent", "urgent", "not a priority"),
        ("estimate>much", "much", "not a number"),
        ("created:7d", "7d", "did you mean +7d or -7d?"),
        ("created:2026-13", "2026-13", "not a date"),
        ("created:+999999y", "+999999y", "not a date"),
        ("vip:maybe", "maybe", "neither yes nor no"),
        ("assignee<me", "assignee<me", "no order"),
        ("status>open", "status>open", "no order"),
        ("id>3", "id>3", "no order"),
        ("priority<1*", "1*", "no order"),
        ("body!=x", "body!=x", "searched for words"),
        ("*", "*", "ends the beginning"),
        ("a*b", "a*b", "ends the beginning"),
        ("a" * 70 + "*", "a" * 70 + "*", "at most 64"),
    ],
)
def test_an_error_points_at_the_place(query: str, place: str, said: str) -> None:
    caught = error(query, {"component", "estimate", "vip"})
    assert query[caught.position : caught.end] == place
    assert said in caught.message
    assert caught.exit_code == 2


def test_the_caret_stands_under_the_place() -> None:
    assert str(error("日本 e\u0301 (foo")).splitlines() == [
        "in the query: this '(' is never closed",
        "  日本 e\u0301 (foo",
        "         ^",
    ]


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = str(error("\x1b]52;c;\x07 \x9b31m \u202e \u2028 \udc80 \x7f=x", {"a"}))
    lines = shown.splitlines()
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_a_long_query_is_shown_around_the_place() -> None:
    lines = str(error("word " * 1000 + "is:opne" + " word" * 1000)).splitlines()
    assert len(lines[1]) < 140
    assert lines[1][lines[2].index("^") :].startswith("opne")


def test_a_query_of_a_megabyte_is_refused() -> None:
    caught = error("a " * 500_000)
    assert "the limit is 65,536" in caught.message
    assert len(str(caught)) < 300


@pytest.mark.parametrize("opening", ["(", "-(", "NOT ", "NOT ("])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert "100 levels" in error(opening * 5000 + "a").message


def test_the_error_in_the_manual_is_the_one_that_is_shown() -> None:
    manual = (Path(__file__).parents[2] / "docs/reference/query.md").read_text("utf-8")
    assert f"Error: {error('statsu:open tag:api', set())}\n```" in manual
