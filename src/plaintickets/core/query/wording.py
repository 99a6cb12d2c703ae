"""Full text without an index: tell whether a folded text contains a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .nodes import WordKind

CACHE_LIMIT = 200_000  # tokens whose distance from the word is remembered
LONGEST_TOKEN = 80
SLICES_A_WORD = 5  # pieces of a text that are looked up in the time in which one word is looked for
SHORT_WORD = 5  # letters, up to which a fuzzy word may differ in one place, else in two


def wording_test(word: str, kind: WordKind) -> Callable[[str], bool]:
    """Return the test whether a text contains the word; both folded in the same way."""
    if kind == "phrase":
        return _phrase_test(word)
    if kind == "prefix":
        return _prefix_test(word)
    if kind == "fuzzy":
        return _fuzzy_test(word)
    return lambda text: bool(word) and word in text


def any_wording_test(words: Collection[str], kind: WordKind) -> Callable[[str], bool]:
    """Return the test whether a text contains one of many words, or beginnings of words, whatever their number."""
    known = frozenset(words) - {""}
    lengths = sorted(set(map(len, known)))
    tests = [wording_test(word, kind) for word in known]

    def says(text: str) -> bool:
        if len(text) * len(lengths) > SLICES_A_WORD * len(tests):
            return any(test(text) for test in tests)
        return any(
            text[place : place + length] in known
            for place in range(len(text))
            if kind != "prefix" or place == 0 or _ends_word(text[place - 1])
            for length in lengths
        )

    return says


def _phrase_test(phrase: str) -> Callable[[str], bool]:
    parts = phrase.split()
    phrase = " ".join(parts)
    if len(parts) < 2:
        return lambda text: bool(phrase) and phrase in text
    return lambda text: phrase in text or (all(part in text for part in parts) and phrase in " ".join(text.split()))


def _prefix_test(word: str) -> Callable[[str], bool]:
    def begins(text: str) -> bool:
        place = text.find(word) if word else -1
        while place >= 0:
            if place == 0 or _ends_word(text[place - 1]):
                return True
            place = text.find(word, place + 1)
        return False

    return begins


def _ends_word(character: str) -> bool:
    # Thai, Lao, Khmer, Burmese, Chinese, Japanese put no spaces between words.
    return (
        not character.isalnum()
        or "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
        or "\u2e80" <= character <= "\u9fff"
    )


def _fuzzy_test(word: str) -> Callable[[str], bool]:
    allowed = 1 if len(word) <= SHORT_WORD else 2
    letters = set(word)
    shortest, longest = len(word) - allowed, min(len(word) + allowed, LONGEST_TOKEN)
    seen: dict[str, bool] = {}

    def is_near(token: str) -> bool:
        if not shortest <= len(token) <= longest:
            return False
        verdict = seen.get(token)
        if verdict is None:
            verdict = len(letters.difference(token)) <= allowed and is_within(word, token, allowed)
            if len(seen) < CACHE_LIMIT:
                seen[token] = verdict
        return verdict

    return lambda text: any(is_near(match.group()) for match in re.finditer(r"\w+", text))


def is_within(word: str, other: str, allowed: int) -> bool:
    """Tell whether at most so many letters added, dropped, replaced or swapped make one word the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        above, row, older = row, [i], before
        for j, mark in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != mark))
            if older and j > 1 and letter == other[j - 2] and word[i - 2] == mark:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > allowed and min(above) > allowed:
            return False
        before = above
    return row[-1] <= allowed
