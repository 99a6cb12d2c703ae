"""Find other forms of a word in the index with a rule cruder than stems, for words in few tickets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BEGINNING = 5  # the common first letters of two forms
_SHORTEST = 4  # the least length of a form with which another one begins
_ENDING = 5  # the largest number of letters after the common ones
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
# Arabic: articles and endings written together with a noun, and interchangeable letters.
_ARABIC = re.compile("[\u0621-\u064a]+")
_BEFORE = "(?:و|ف)?(?:ال|لل|بال|كال|ب|ل|ك)?"
_BEHIND = "(?:ات|ان|ين|ون|ها|هم|نا|ه|ة|ي|ك|ا)?"
_ALIKE = {letter: f"[{group}]" for group in ("اأإآ", "هة", "يىئ", "وؤ") for letter in group}
_ARABIC_BEFORE = re.compile("^(?:و|ف)?(?:ال|لل|بال|كال)(?=.{3})")
_ARABIC_BEHIND = re.compile("(?<=.{3})(?:ات|ان|ين|ون|ة|ه)$")


def other_forms(word: str, lines: Callable[[str], set[str]]) -> set[str]:
    """Return the terms that may be another form of a folded word; `lines` finds the terms that match a pattern."""
    if _ARABIC.fullmatch(word):
        return lines(_arabic(word))
    if not word.isalpha():
        return set()
    found: set[str] = set()
    for written in _spellings(word):
        if written != word:
            found |= lines(f"^{re.escape(written)}$")
        if len(written) >= _SHORTEST:
            start, fifth = re.escape(written[:_SHORTEST]), re.escape(written[_SHORTEST:_BEGINNING])
            near = lines(f"^{start}(?:{fifth}.*)?$")
            found.update(term for term in near if is_form(written, term))
    return found


def is_form(word: str, term: str) -> bool:
    """Return whether two words begin alike and each continues with at most an ending."""
    shorter = min(len(word), len(term))
    same = next((at for at in range(shorter) if word[at] != term[at]), shorter)
    begins_alike = same >= _BEGINNING or (same == shorter and same >= _SHORTEST)
    return begins_alike and max(len(word), len(term)) - same <= _ENDING


def _spellings(word: str) -> list[str]:
    """Return the word, and its folded form if its ae, oe and ue are German umlauts."""
    found = [word]
    for written, folded in _UMLAUTS:
        if written in word:
            found += [other.replace(written, folded) for other in found]
    return found


def _arabic(word: str) -> str:
    """Return a pattern for a word with or without article and ending, and with interchangeable letters."""
    stem = _ARABIC_BEHIND.sub("", _ARABIC_BEFORE.sub("", word))
    letters = "".join(_ALIKE.get(letter, letter) for letter in stem)
    return f"^{_BEFORE}{letters}{_BEHIND}$"
