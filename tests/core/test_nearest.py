"""The candidates nearest to a mistyped word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def slips(one: str, two: str) -> int:
    """The fewest letters added, left out, replaced, or swapped with the next one, that make one word the other."""
    rows = [[*range(len(two) + 1)]]
    for i, a in enumerate(one, 1):
        rows.append([i])
        for j, b in enumerate(two, 1):
            swapped = rows[i - 2][j - 2] + 1 if i > 1 and j > 1 and (a, one[i - 2]) == (two[j - 2], b) else i + j
            rows[i].append(min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b), swapped))
    return int(rows[-1][-1])


WORDS = st.text("abcd", min_size=2, max_size=10)


@given(WORDS, WORDS)
def test_every_word_within_the_slips_is_found_and_no_other(word: str, other: str) -> None:
    begins = word.startswith(other) or other.startswith(word)
    near = begins or slips(word, other) <= min(3, max(1, len(word) // 3))
    assert nearest(word, [other]) == ([other] if near else [])


def test_the_sentence_names_each() -> None:
    assert did_you_mean("bat", ["bar", "cat", "dog"]) == "Did you mean 'bar' or 'cat'?"
    assert did_you_mean("bat", ["dog"]) == ""


def test_a_long_word_costs_little() -> None:
    assert nearest("x" * 1_000_000, ["y" * 1_000_000] * 1000) == []


def test_quoted_text_cannot_reach_the_terminal() -> None:
    assert quoted("a\x1b]52;c;x\x07\u202eb\n") == "'a\\x1b]52;c;x\\x07\\u202eb\\n'"
    assert quoted("ümlaut") == "'ümlaut'"
    assert len(quoted("x" * 1000)) == 62
