"""What the message of a commit says of tickets, and what only looks as if."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.mentions import Names, Trailer, is_in, trailers

WORDS = ("Closes", "Fixes")
NAMES = Names(["pt-7f3k", "pt-1", "pt-12", "pt-1-2", "web-9xyz", "bug-1", "lone"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Closes: pt-1", [("Closes", "pt-1")]),
        ("closes: pt-1\nFIXES : pt-12", [("Closes", "pt-1"), ("Fixes", "pt-12")]),
        ("Closes: pt-1\n\n* another commit\n\nFixes: pt-2\n\nAcked-by: A", [("Closes", "pt-1"), ("Fixes", "pt-2")]),
        ("Closes: pt-1,\n  pt-2\nX: y", [("Closes", "pt-1, pt-2")]),
        ("Closes: pt-1\r\nFixes: pt-2\r\n", [("Closes", "pt-1"), ("Fixes", "pt-2")]),
        ("> Closes: pt-1\n  Closes: pt-1\nIt Closes: pt-1\nCloses:pt-1\nCloses:\nCloses pt-1", []),
        ("Encloses: pt-1\nCloses-not: pt-1", []),
    ],
)  # fmt: skip
def test_trailers_are_lines_of_their_own_below_the_subject(body: str, expected: list[tuple[str, str]]) -> None:
    assert list(trailers(f"The subject\n\n{body}\n", WORDS)) == [Trailer(*pair) for pair in expected]


def test_the_subject_is_no_trailer() -> None:
    assert list(trailers("Closes: pt-1", WORDS)) == []
    assert list(trailers("\n\nCloses: pt-1\n\nText.", WORDS)) == []


@pytest.mark.parametrize(
    ("value", "found", "unknown"),
    [
        ("pt-7f3k", ["pt-7f3k"], []),
        ("7f3k", ["pt-7f3k"], []),
        ("pt-1, 7f3k", ["pt-1", "pt-7f3k"], []),
        ("pt-1 pt-12", ["pt-1", "pt-12"], []),
        ("pt-1 and pt-12.", ["pt-1", "pt-12"], []),
        ("pt-1 (the parser)", ["pt-1"], []),
        ("lone", ["lone"], []),
        ("pt-zzzz", [], ["pt-zzzz"]),
        ("pt-1, pt-zzzz", ["pt-1"], ["pt-zzzz"]),
        ("1", [], []),
        ("the 7f3k crash", [], []),
        ('54a4f0239f2e ("mm: fix the leak")', [], []),
        ("#12", [], []),
        ("https://example.org/pt-1", [], []),
        ("the build", [], []),
        ("7f", [], []),
        ("PT-1", [], []),
        ("", [], []),
    ],
)
def test_a_value_names_whole_ids_or_suffixes_that_stand_alone(value: str, found: list[str], unknown: list[str]) -> None:
    assert NAMES.in_value(value) == (found, unknown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mend pt-1", True),
        ("pt-1: mend", True),
        ("(pt-1)", True),
        ("Merge branch 'pt-1-mend-it'", True),
        ("Merge branch 'ada/fix_pt-1_now'", True),
        ("pt-12 is another", False),
        ("pt-1-2 is another", False),
        ("pt-1-2 and pt-1", True),
        ("apt-1", False),
        ("pt-1a", False),
        ("pt-1é", False),
    ],
)
def test_an_id_in_a_text_is_a_word_of_its_own(text: str, expected: bool) -> None:
    assert is_in("pt-1", text, NAMES.longer("pt-1")) is expected


@given(st.text("pt-1a :,\n", max_size=40))
def test_nothing_is_named_that_the_text_does_not_hold(text: str) -> None:
    for trailer in trailers(text, WORDS):
        named = NAMES.in_value(trailer.value)
        assert all(name.rpartition("-")[2] in text for name in named.tickets)
        assert all(word in text for word in named.unknown)
