"""The candidates nearest to a mistyped word."""

from __future__ import annotations

import pytest

from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("closd", ["closed"]),
        ("colsed", ["closed"]),
        ("CLOSED", ["closed"]),
        ("in-progress", ["in_progress"]),
        ("in", ["in_progress"]),
        ("progress", ["in_progress"]),
        ("", []),
        ("xyz", []),
        ("o", []),
        ("opne", ["open"]),
    ],
)
def test_the_nearest_is_found(word: str, found: list[str]) -> None:
    assert nearest(word, ["open", "in_progress", "closed"]) == found


def test_the_likeliest_comes_first_and_few_are_named() -> None:
    assert nearest("tags", ["tag", "bags", "tags", "rags", "wags"]) == ["tags", "tag", "bags"]


def test_the_sentence_names_each() -> None:
    assert did_you_mean("bat", ["bar", "cat", "dog"]) == "Did you mean 'bar' or 'cat'?"
    assert did_you_mean("bat", ["dog"]) == ""


def test_a_long_word_costs_little() -> None:
    assert nearest("x" * 1_000_000, ["y" * 1_000_000] * 1000) == []


def test_quoted_text_cannot_reach_the_terminal() -> None:
    assert quoted("a\x1b]52;c;x\x07\u202eb\n") == "'a\\x1b]52;c;x\\x07\\u202eb\\n'"
    assert quoted("ümlaut") == "'ümlaut'"
    assert len(quoted("x" * 1000)) == 62
