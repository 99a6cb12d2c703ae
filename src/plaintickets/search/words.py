"""Find the words of a query in the index, with a score for each document."""

from __future__ import annotations

import re
from bisect import bisect_left
from math import log
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.query.wording import SHORT_WORD, is_within
from plaintickets.core.words import fold
from plaintickets.search.positions import is_dense, wanted
from plaintickets.search.schema import FIELDS, SATURATION, SCALE, decode_spans
from plaintickets.search.segments import damage
from plaintickets.search.word_forms import other_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.search.codec import Block
    from plaintickets.search.index import Index
    from plaintickets.search.segments import Live

BETTER = 0.5  # the bonus for a whole compound, as a share of its weight
SUGGESTIONS = 3
_HALF = SATURATION * SCALE


class Leaf(NamedTuple):
    """The result of one word: a score for each ticket by its number, and the terms to mark."""

    scores: dict[int, float]
    marks: Callable[[str], bool]


class Finder:
    """A search for words in an up-to-date index; raises DamagedError if the index is damaged."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, text: str, kind: str, field: str = "") -> Leaf | None:
        """Return the result of a word, phrase, beginning or fuzzy word; None if it has no letter or digit."""
        with damage():
            return self._find(text, kind, field)

    def _find(self, text: str, kind: str, field: str) -> Leaf | None:
        slots, whole, better = wanted(text)
        if not slots:
            return None
        fields = (field,) if field else FIELDS
        if kind == "prefix":
            return self._prefix(fields, fold(text), slots)
        if kind == "fuzzy":
            near = self._near(fold(text), slots)
            return Leaf(self._weighed(self._masses(fields, near)), near.__contains__)
        if len(slots) == 1:
            if is_dense(text.strip()):
                pairs = self._holding(fold(text.strip()))
                return Leaf(self._weighed(self._masses(fields, pairs)), pairs.__contains__)
            return Leaf(self._weighed(self._masses(fields, slots)), frozenset(slots).__contains__)
        return self._sequence(fields, slots, whole, better)

    def scores_of(self, terms: Iterable[str]) -> dict[str, dict[int, float]]:
        """Return, for each of some terms of the index, the documents that have it with their scores."""
        with damage():
            return {term: self._weighed(self._masses(FIELDS, (term,))) for term in terms}

    def forms(self, text: str, field: str) -> Leaf:
        """Return the result of other forms of a word, by a rule cruder than its stem."""
        with damage():
            slots = wanted(text).row
            terms = other_forms(fold(text.strip()), self._lines) - set(slots) if len(slots) == 1 else set()
            return Leaf(self._weighed(self._masses((field,) if field else FIELDS, terms)), terms.__contains__)

    def suggest(self, text: str, field: str = "") -> list[tuple[str, int]]:
        """Return terms near a word that was not found, likeliest first, each with a document that has it."""
        with damage():
            return self._suggest(text, field)

    def _suggest(self, text: str, field: str) -> list[tuple[str, int]]:
        slots = wanted(text).row
        fields = (field,) if field else FIELDS
        if len(slots) != 1 or len(slots[0]) < 3:
            return []
        word, found = slots[0], []
        for term in self._near(fold(text), slots):
            tickets = self._masses(fields, (term,))
            if tickets:
                close = is_within(word, term, 1) or is_within(fold(text), term, 1)
                first = min(tickets, key=self._index.key_of)
                found.append((not close, term[:1] != word[:1], -len(tickets), term, first))
        return [(term, number) for _, _, _, term, number in sorted(found)[:SUGGESTIONS]]

    # kinds of words

    def _prefix(self, fields: Sequence[str], prefix: str, slots: Sequence[str]) -> Leaf:
        masses: dict[int, int] = {}
        for live in self._index.live:
            for field in fields:
                for term in live.reader.expand_prefix(field, prefix):
                    _add(masses, live, field, _text(term))
        if len(slots) == 1:
            stemmed = slots[0]
            if prefix[-1:] == prefix[-2:-1] and prefix == stemmed:
                stemmed = prefix[:-1]  # dropp is the beginning of dropped, whose stem is drop
            if not stemmed.startswith(prefix):  # the index has only the stem of longer beginnings
                for number, mass in self._masses(fields, (stemmed,)).items():
                    masses[number] = masses.get(number, 0) + mass
            return Leaf(self._weighed(masses), lambda term: term.startswith(prefix) or term == stemmed)
        row = [(slot,) for slot in slots[:-1]] + [tuple(self._beginning(slots[-1]))]
        for number, mass in self._in_a_row(fields, row).items():
            masses[number] = masses.get(number, 0) + mass
        marked = {term for terms in row for term in terms}
        return Leaf(self._weighed(masses), lambda term: term in marked or term.startswith(prefix))

    def _sequence(
        self, fields: Sequence[str], slots: Sequence[str], whole: Sequence[str], better: Sequence[str]
    ) -> Leaf:
        row = [self._forms(slot) for slot in slots]
        masses = self._in_a_row(fields, row)
        if whole:
            as_one = self._in_a_row(fields, [self._forms(slot) for slot in whole])
            masses |= {number: mass for number, mass in as_one.items() if number not in masses}
        scores = self._weighed(masses)
        for term in better:
            for number, score in self._weighed(self._masses(fields, (term,))).items():
                if number in scores:
                    scores[number] += BETTER * score
        marked = frozenset((*(term for terms in row for term in terms), *whole, *better))
        return Leaf(scores, marked.__contains__)

    def _forms(self, slot: str) -> tuple[str, ...]:
        """Return the terms for one term: a single character of a dense script is also in pairs."""
        return (slot, *sorted(self._holding(slot) - {slot})) if is_dense(slot) else (slot,)

    # terms

    def _lines(self, pattern: str) -> set[str]:
        """Return the terms of the index that match a regular expression for a line."""
        search = re.compile(pattern, re.MULTILINE).findall
        return {term for live in self._index.live for term in search(live.lexicon)}

    def _beginning(self, prefix: str) -> set[str]:
        return self._lines(f"^{re.escape(prefix)}.*$")

    def _holding(self, character: str) -> set[str]:
        return self._lines(f"^.?{re.escape(character)}.?$")

    def _near(self, word: str, slots: Sequence[str]) -> set[str]:
        """Return the terms that differ from a word or its stem in one letter, or in two above five letters."""
        allowed = 1 if len(word) <= SHORT_WORD else 2
        found: set[str] = set()
        for sought in dict.fromkeys((*slots[-1:], word)):
            letters, lower, upper = set(sought), len(sought) - allowed, len(sought) + allowed
            found.update(
                term
                for live in self._index.live
                for term in live.lexicon.split("\n")
                if lower <= len(term) <= upper
                and len(letters.difference(term)) <= allowed
                and is_within(sought, term, allowed)
            )
        return found

    # tickets

    def _masses(self, fields: Sequence[str], terms: Iterable[str]) -> dict[int, int]:
        """Return the tickets that have one of the terms, with the total weight of the occurrences."""
        masses: dict[int, int] = {}
        for term in terms:
            for live in self._index.live:
                for field in fields:
                    _add(masses, live, field, term)
        return masses

    def _in_a_row(self, fields: Sequence[str], slots: Sequence[Sequence[str]]) -> dict[int, int]:
        """Return the tickets that have a term of each slot, one after another, within a field."""
        masses: dict[int, int] = {}
        for live in self._index.live:
            for field in fields:
                lists = [self._of_slot(live, field, slot) for slot in slots]
                if all(lists):
                    for number, mass in _rows(lists).items():
                        if number not in live.dead:
                            masses[live.base + number] = masses.get(live.base + number, 0) + mass
        return masses

    def _of_slot(self, live: Live, field: str, slot: Sequence[str]) -> list[Block]:
        found = (live.postings(field, term) for term in slot)
        return [block for postings in found if postings is not None for block in postings.blocks()]

    def _weighed(self, masses: dict[int, int]) -> dict[int, float]:
        """Return BM25F scores: the rarity of the result, times the weight in the ticket."""
        rarity = log(1 + (self._index.count - len(masses) + 0.5) / (len(masses) + 0.5))
        return {number: rarity * mass / (_HALF + mass) for number, mass in masses.items()}


def _add(masses: dict[int, int], live: Live, field: str, term: str) -> None:
    postings = live.postings(field, term)
    if postings is None:
        return
    base, dead = live.base, live.dead
    known = masses.get
    for ids, weights, _ in postings.blocks():
        for number, weight in zip(ids, weights, strict=True):
            if number not in dead:
                masses[base + number] = known(base + number, 0) + int(weight)


def _rows(lists: Sequence[Sequence[Block]]) -> dict[int, int]:
    """Return the documents with entries of all lists at successive positions, and their mean weight."""
    documents = [{number for block in found for number in block.ids} for found in lists]
    ends: dict[int, set[int]] = {}
    for place, found in enumerate(lists):
        wanted_documents = set.intersection(*documents) if not place else set(ends)
        if not wanted_documents:
            return {}
        ends = _following(found, ends if place else None, wanted_documents)
    masses = dict.fromkeys(ends, 0)
    for found in lists:
        for block in found:
            for number, weight in zip(block.ids, block.weights, strict=True):
                if number in masses:
                    masses[number] += int(weight)
    return {number: mass // len(lists) for number, mass in masses.items()}


def _following(found: Sequence[Block], ends: dict[int, set[int]] | None, wanted: set[int]) -> dict[int, set[int]]:
    """Return, by document, where an entry directly follows one of the ends; anywhere without ends."""
    reached: dict[int, set[int]] = {}
    for block in found:
        for number, value in zip(block.ids, block.values, strict=True):
            if number in wanted:
                starts, lasts = decode_spans(value)
                if ends is None:
                    here = {*starts, *lasts}
                else:
                    before = ends[number]
                    here = {start for start in starts if start - 1 in before}
                    here |= _last_places(here, starts, lasts)
                if here:
                    reached.setdefault(number, set()).update(here)
    return reached


def _last_places(here: set[int], starts: Sequence[int], lasts: Sequence[int]) -> set[int]:
    """Return the ends of the names that begin at these positions."""
    return {last for last in lasts if (at := bisect_left(starts, last)) and starts[at - 1] in here}


def _text(term: str | bytes) -> str:
    return term if isinstance(term, str) else term.decode("utf-8", "surrogatepass")
