"""What the words of a query find in the index, and how good each find is."""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.query.wording import SHORT_WORD, is_within
from plaintickets.core.words import fold
from plaintickets.search.placing import is_dense, wanted
from plaintickets.search.schema import FIELDS, SATURATION, SCALE
from plaintickets.search.segment import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.search.index import Live, SearchIndex
    from plaintickets.search.segment import Postings

BETTER = 0.5  # what a compound found whole adds, as a share of what its whole weighs
SUGGESTIONS = 3
_ALL = tuple(range(len(FIELDS)))
_HALF = SATURATION * SCALE


class Leaf(NamedTuple):
    """What one word finds: a score for each ticket by its number, and which terms are to be marked."""

    scores: dict[int, float]
    marks: Callable[[str], bool]


class Finder:
    """Looks words up in an index that is up to date; raises DamagedError where the index is not sound."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def find(self, text: str, kind: str, field: str = "") -> Leaf | None:
        """What a word, phrase, beginning or fuzzy word finds, in a field or in all; None without a letter or digit."""
        slots, better = wanted(text)
        if not slots:
            return None
        fields = (FIELDS.index(field),) if field else _ALL
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
        return self._sequence(fields, slots, better)

    def suggest(self, text: str, field: str = "") -> list[tuple[str, int]]:
        """Terms near a word that was not found, likeliest first, each with the number of a ticket that has it."""
        slots, _ = wanted(text)
        fields = (FIELDS.index(field),) if field else _ALL
        if len(slots) != 1 or len(slots[0]) < 3:
            return []
        word, found = slots[0], []
        for term in self._near(fold(text), slots):
            tickets = self._masses(fields, (term,))
            if tickets:
                close = is_within(word, term, 1) or is_within(fold(text), term, 1)
                first = min(tickets, key=self._index.path_of)
                found.append((not close, term[:1] != word[:1], -len(tickets), term, first))
        return [(term, number) for _, _, _, term, number in sorted(found)[:SUGGESTIONS]]

    # kinds of words

    def _prefix(self, fields: Sequence[int], prefix: str, slots: Sequence[str]) -> Leaf:
        masses: dict[int, int] = {}
        for live in self._index.live:
            for field in fields:
                for postings in live.segment.begun(field, prefix):
                    _add(masses, live, postings)
        if len(slots) == 1:
            stemmed = slots[0]
            if not stemmed.startswith(prefix):  # of a longer beginning the index has the stem only
                for number, mass in self._masses(fields, slots).items():
                    masses[number] = masses.get(number, 0) + mass
            return Leaf(self._weighed(masses), lambda term: term.startswith(prefix) or term == stemmed)
        row = [(slot,) for slot in slots[:-1]] + [tuple(self._beginning(slots[-1]))]
        for number, mass in self._in_a_row(fields, row).items():
            masses[number] = masses.get(number, 0) + mass
        marked = {term for terms in row for term in terms}
        return Leaf(self._weighed(masses), lambda term: term in marked or term.startswith(prefix))

    def _sequence(self, fields: Sequence[int], slots: Sequence[str], better: Sequence[str]) -> Leaf:
        scores = self._weighed(self._in_a_row(fields, [(slot,) for slot in slots]))
        for term in better:
            for number, score in self._weighed(self._masses(fields, (term,))).items():
                if number in scores:
                    scores[number] += BETTER * score
        return Leaf(scores, frozenset((*slots, *better)).__contains__)

    # terms

    def _lines(self, pattern: str) -> set[str]:
        """The terms of the index that fit a regular expression for a line."""
        search = re.compile(pattern, re.MULTILINE).findall
        return {term for live in self._index.live for term in search(live.segment.words())}

    def _beginning(self, prefix: str) -> set[str]:
        return self._lines(f"^{re.escape(prefix)}.*$")

    def _holding(self, character: str) -> set[str]:
        return self._lines(f"^.?{re.escape(character)}.?$")

    def _near(self, word: str, slots: Sequence[str]) -> set[str]:
        """The terms that differ from a word or its stem in one letter, of more than five letters in two."""
        allowed = 1 if len(word) <= SHORT_WORD else 2
        found: set[str] = set()
        for sought in dict.fromkeys((*slots[-1:], word)):
            letters, lower, upper = set(sought), len(sought) - allowed, len(sought) + allowed
            found.update(
                term
                for live in self._index.live
                for term in live.segment.words().split("\n")
                if lower <= len(term) <= upper
                and len(letters.difference(term)) <= allowed
                and is_within(sought, term, allowed)
            )
        return found

    # tickets

    def _masses(self, fields: Sequence[int], terms: Iterable[str]) -> dict[int, int]:
        """The tickets that have one of the terms, with the weight of all their occurrences together."""
        masses: dict[int, int] = {}
        for term in terms:
            for live in self._index.live:
                for field in fields:
                    postings = live.segment.postings(field, term)
                    if postings is not None:
                        _add(masses, live, postings)
        return masses

    def _in_a_row(self, fields: Sequence[int], slots: Sequence[Sequence[str]]) -> dict[int, int]:
        """The tickets that have a term of each slot, one after another, within a field."""
        masses: dict[int, int] = {}
        for live in self._index.live:
            for field in fields:
                lists = [self._of_slot(live, field, slot) for slot in slots]
                if all(lists):
                    for number, mass in _rows(lists).items():
                        if number not in live.dead:
                            masses[live.base + number] = masses.get(live.base + number, 0) + mass
        return masses

    def _of_slot(self, live: Live, field: int, slot: Sequence[str]) -> list[Postings]:
        return [found for term in slot if (found := live.segment.postings(field, term)) is not None]

    def _weighed(self, masses: dict[int, int]) -> dict[int, float]:
        """BM25F: how rare the find is, times how much the ticket is about it."""
        rarity = log(1 + (self._index.count - len(masses) + 0.5) / (len(masses) + 0.5))
        return {number: rarity * mass / (_HALF + mass) for number, mass in masses.items()}


def _add(masses: dict[int, int], live: Live, postings: Postings) -> None:
    base, dead = live.base, live.dead
    known = masses.get
    for number, weight in postings.weights():
        if number not in dead:
            masses[base + number] = known(base + number, 0) + weight


def _rows(lists: Sequence[Sequence[Postings]]) -> dict[int, int]:
    """The tickets of one field that have an entry of each list at one place after the other, with their mean weight."""
    tickets = [{number for postings in found for number in postings.heads[::HEAD]} for found in lists]
    ends: dict[int, set[int]] = {}
    for place, found in enumerate(lists):
        wanted_tickets = set.intersection(*tickets) if not place else set(ends)
        if not wanted_tickets:
            return {}
        ends = _following(found, ends if place else None, wanted_tickets)
    masses = dict.fromkeys(ends, 0)
    for found in lists:
        for postings in found:
            for number, weight in postings.weights():
                if number in masses:
                    masses[number] += weight
    return {number: mass // len(lists) for number, mass in masses.items()}


def _following(found: Sequence[Postings], ends: dict[int, set[int]] | None, tickets: set[int]) -> dict[int, set[int]]:
    """Where, in these tickets, an entry stands right behind one of the ends; anywhere without ends."""
    places: dict[int, set[int]] = {}
    for postings in found:
        for number, positions in postings.positions_of(tickets):
            places.setdefault(number, set()).update(positions)
    if ends is None:
        return places
    reached = {number: {end + 1 for end in ends[number]} & here for number, here in places.items()}
    return {number: here for number, here in reached.items() if here}
