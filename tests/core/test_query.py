"""How a query is read, written back, and asked about."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from asking import CONTEXT, ticket
from plaintickets.core.query import (
    And,
    Compare,
    FieldWord,
    Has,
    Id,
    Is,
    No,
    Not,
    Or,
    Value,
    Word,
    describe,
    has_words,
    matches,
    mentioned,
    parse,
    words,
)

EXAMPLE = re.compile(r"(.+?)(?:  +|$)")


def test_the_whole_language_is_read_into_its_tree() -> None:
    query = parse(
        "status:open,in_progress priority<=1 -type:epic due<+7d no:assignee has:due is:open "
        'id:pt-* "some words" (a* OR b~) AND NOT title:c'
    )
    assert query.root == And(
        (
            Compare("status", "=", (Value("open"), Value("in_progress"))),
            Compare("priority", "<=", (Value("1"),)),
            Not(Compare("type", "=", (Value("epic"),))),
            Compare("due", "<", (Value("+7d"),)),
            No("assignee"),
            Has("due"),
            Is("open"),
            Id(Value("pt-*")),
            Word("some words", "phrase"),
            Or((Word("a", "prefix"), Word("b", "fuzzy"))),
            Not(FieldWord("title", "c")),
        )
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("a AND b", "a b"),
        ("a b OR c", "(a b) OR c"),
        ("a (b c)", "a b c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("NOT NOT a", "-(-a)"),
        ("-(a OR b)", "-(a OR b)"),
        ("label:x Owner:y", "tags:x assignee:y"),
        ("external_ref:jira:TIMOB-17", "external-ref:jira:TIMOB-17"),
        ("created:>2026 p==1", "created>2026 priority:1"),
        ("title=x title:x", "title=x title:x"),
        ("title:a,b", "title:a OR title:b"),
        ("id!=x", "-id:x"),
        ("is:done", "is:closed"),
        (r'a:"b \"c\" \ d"', r'a:"b \"c\" \\ d"'),
        ('"is":x "my key":y', '"is":x "my key":y'),
        ("12:30 x,y hello!", "12:30 x,y hello!"),
        ("and or not", "and or not"),
    ],
)
def test_a_query_is_written_back_in_its_plainest_form(text: str, plain: str) -> None:
    assert describe(parse(text)) == plain
    assert parse(plain) == parse(text)


def test_only_the_words_that_can_be_found_are_listed() -> None:
    query = parse('a -b -(c OR -"d e") status:open title:f*')
    assert words(query) == (Word("a"), Word("d e", "phrase"), FieldWord("title", "f", "prefix"))
    assert has_words(query)
    assert not has_words(parse("-a status:open"))


def test_the_fields_that_a_query_asks_about_are_known() -> None:
    query = parse("-is:closed (tag:x OR no:due) title:y id:z words")
    assert mentioned(query) == {"status", "tags", "due", "title", "id"}


def test_the_allowed_depth_works_throughout() -> None:
    query = parse("-(b " * 50 + "a" + ")" * 50)
    assert parse(describe(query)) == query
    assert hash(query) == hash(parse(query.text))
    assert matches(query, ticket(), CONTEXT) is True


def test_the_keys_of_a_store_win_over_short_forms() -> None:
    assert parse("owner:x", {"owner"}).root == Compare("owner", "=", (Value("x"),))
    assert parse("component:x", {"Component"}).root == Compare("Component", "=", (Value("x"),))
    query = parse("owner:x", {"owner"})
    assert parse(describe(query), {"owner"}) == query
    assert matches(query, ticket(owner="x"), CONTEXT)


def test_a_custom_text_field_is_searched_for_words() -> None:
    query = parse("story:dragon*", {"story"}, {"story"})
    assert words(query) == (FieldWord("story", "dragon", "prefix"),)
    assert matches(query, ticket(story="Two dragons"), CONTEXT)


def test_every_example_in_the_manual_is_understood() -> None:
    manual = (Path(__file__).parents[2] / "docs/reference/query.md").read_text("utf-8")
    blocks = re.findall(r"```query\n(.*?)```", manual, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) > 40
    for line in lines:
        example = EXAMPLE.match(line)
        assert example is not None, line
        query = parse(example.group(1).strip())
        assert isinstance(matches(query, ticket(), CONTEXT), bool)
        assert describe(query)


def test_loading_the_language_loads_nothing_heavy() -> None:
    script = "import sys, plaintickets.core.query; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"click", "yaml", "git", "whoosh", "json", "sqlite3", "unicodedata", "difflib"}
    assert not heavy & set(ran.stdout.split())
    assert "plaintickets.core.query.context" not in ran.stdout


def test_what_a_query_says_cannot_be_changed() -> None:
    word = Word("crash")
    with pytest.raises(AttributeError):
        word.text = "hang"
    assert repr(parse("-crash")) == "Query(Not(Word('word', 'crash')))"
    assert len({parse("a b"), parse("a  AND b"), parse("a OR b")}) == 2
    assert Word("crash") != FieldWord("title", "crash")
