"""How many forms of a word a search for another form finds, by language; no pair is chosen to be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from word_pairs import PAIRS

from plaintickets.core.words import fold, terms
from plaintickets.search.word_forms import is_form, other_forms

DOCS = Path(__file__).parents[2] / "docs/decisions/word-forms.md"


def ways(language: str) -> tuple[int, int, int]:
    """Return how many pairs stems find, how many these or other forms do, and how many pairs there are."""
    stems = both = 0
    pairs = [pair.split() for pair in PAIRS[language].split("/")]
    for written, sought in pairs:
        held = "\n".join(terms(written))

        def lines(pattern: str, held: str = held) -> set[str]:
            return set(re.findall(pattern, held, re.MULTILINE))

        found = not set(terms(sought)).isdisjoint(terms(written))
        stems += found
        both += found or bool(other_forms(fold(sought), lines))
    return stems, both, len(pairs)


@pytest.mark.parametrize("language", PAIRS)
def test_the_documentation_states_how_many_pairs_are_found(language: str) -> None:
    stems, both, every = ways(language)
    assert f"| {language} | {every} | {stems} | {both} |" in DOCS.read_text(encoding="utf-8")


def test_other_forms_find_two_thirds_of_the_pairs_of_every_language_but_the_hardest() -> None:
    shares = {language: both / every for language in PAIRS for _, both, every in [ways(language)]}
    assert sum(share >= 2 / 3 for share in shares.values()) >= 10, shares


@pytest.mark.parametrize(
    ("word", "term"), [("internal", "international"), ("conf", "confirmation"), ("crash", "clash"), ("abc", "abcd")]
)
def test_words_that_only_begin_alike_are_no_forms(word: str, term: str) -> None:
    assert not is_form(word, term)
