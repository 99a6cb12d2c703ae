"""Find likely duplicates of a ticket: candidates from the index, one term at a time, then compared in detail."""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.similar import (
    DAY,
    SAME_COMPONENT,
    WEIGHTS,
    Profile,
    aging,
    count_words,
    entry_facts,
    entry_terms,
    features,
    likenesses,
    query_terms,
    rarity,
    reasons,
    wording,
)
from plaintickets.search.profiles import component_number, read_terms, read_words
from plaintickets.search.schema import LIKENESS, STRENGTH
from plaintickets.search.segments import damage

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.known_duplicates import Problem
    from plaintickets.core.similar import Entry, Words
    from plaintickets.search.index import Index

CANDIDATES = 100
_CLUSTER_CANDIDATES = 20
_OLDEST = 3650.0
_KEPT_SCORES = 16
_COMMONPLACE = 0.001
"""The share of the weight of the most telling term below which a term cannot make two tickets one problem."""


class Match(NamedTuple):
    """A ticket similar to the given one; the score, 0 to 1, estimates that it is a duplicate."""

    id: str
    score: float
    reasons: tuple[str, ...]


class Near(NamedTuple):
    """A similar ticket: its score, the share of the highest possible first score, and the days between the two."""

    id: str
    score: float
    share: float
    days: float


class _Rarity(dict[str, float]):
    """The rarity of each term among the indexed tickets."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index, self._tickets = index, max(1, index.count)

    def __missing__(self, term: str) -> float:
        holders = sum(live.reader.doc_frequency(LIKENESS, term) for live in self._index.live) - self._gone[term]
        found = self[term] = rarity(max(1, holders), self._tickets)
        return found

    @cached_property
    def _gone(self) -> Counter[str]:
        """Return how many superseded documents contain each term, because Whoosh counts them."""
        gone: Counter[str] = Counter()
        for live in self._index.live:
            for number in live.dead:
                gone.update(read_terms(live.column("facts")[number]))
        return gone


class Duplicates:
    """A search for similar tickets in an up-to-date index; raises DamagedError.

    `problems` are the known duplicates; `weights` are those of the store instead of WEIGHTS.
    """

    def __init__(
        self,
        index: Index,
        problems: Mapping[str, Problem] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self._index = index
        self.problems = problems or {}
        self._own = tuple({**WEIGHTS, **(weights or {})}.values())
        self._weights = _Rarity(index)
        self._size = sum(live.count for live in index.live)
        self._scores: dict[tuple[tuple[str, float], ...], list[float]] = {}

    def similar(self, entry: Entry, limit: int = 10, before: float | None = None) -> list[Match]:
        """Return the likeliest duplicates, best first; only tickets created earlier if `before` is set.

        Of tickets that are known to be one problem only the likeliest is returned, unless the problem is `entry`'s
        own.
        """
        with damage():
            words, profile = _profile_of(entry)
            ranked = self._ranked(self._compared(words, profile, before, CANDIDATES))
            best = self._one_a_problem(ranked, entry.id)[:limit]
            written = wording(entry) if best else None
            return [
                Match(other.facts.id, score, reasons(profile, other, self._weights, written))
                for score, other in best
                if written
            ]

    def _ranked(self, pairs: Sequence[tuple[Profile, tuple[float, ...]]]) -> list[tuple[float, Profile]]:
        """Return the candidates with their scores, the likeliest first."""
        scores = likenesses([values for _, values in pairs], self._index.count, self._own)
        found = [(score, other) for score, (other, _) in zip(scores, pairs, strict=True)]
        found.sort(key=lambda one: (-one[0], one[1].facts.id))
        return found

    def _one_a_problem(self, ranked: list[tuple[float, Profile]], own_id: str) -> list[tuple[float, Profile]]:
        own, seen, kept = self.problems.get(own_id), set(), []
        for score, other in ranked:
            problem = self.problems.get(other.facts.id)
            if problem is None or problem == own:
                kept.append((score, other))
            elif problem.original not in seen:
                seen.add(problem.original)
                kept.append((score, other))
        return kept

    def compare(self, entry: Entry, before: float | None = None) -> list[tuple[str, tuple[float, ...]]]:
        """Return the ids of the candidates and the `features` of each, as input for a model."""
        found = self._compared(*_profile_of(entry), before, CANDIDATES)
        return [(other.facts.id, values) for other, values in found]

    def neighbours(self, entry: Entry, limit: int, before: float | None = None) -> list[Near]:
        """Return the tickets most similar to this one, the most similar first."""
        with damage():
            pairs = self._compared(*_profile_of(entry), before, limit)
        scores = likenesses([values for _, values in pairs], self._index.count, self._own)
        share, age = (list(WEIGHTS).index(name) for name in ("share", "age"))
        found = [
            Near(other.facts.id, score, values[share], math.expm1(5 * values[age]))
            for score, (other, values) in zip(scores, pairs, strict=True)
        ]
        return sorted(found, key=lambda one: (-one.score, one.id))

    def clusters(self, threshold: float) -> list[list[str]]:
        """Return groups of ids of tickets that are likely one problem, oldest first in each."""
        with damage():
            return self._clusters(threshold)

    @cached_property
    def _created(self) -> list[float]:
        return self._index.numbers_column("created")

    @cached_property
    def _components(self) -> list[int]:
        return self._index.numbers_column("component")

    def _compared(
        self, words: Words, query: Profile, before: float | None, count: int, least: float = 0.0
    ) -> list[tuple[Profile, tuple[float, ...]]]:
        """Return the candidates by the first score, with their features.

        Terms below the share `least` of the weight of the most telling one are not looked up.
        """
        terms = query_terms(words, self._weights)
        terms = [one for one in terms if one[1] >= least * terms[0][1]]
        most = math.fsum([weight for _, weight in terms]) or 1.0
        found = []
        for match, number in self._candidates(terms, query, before, count):
            _, other = read_words(self._index.facts_of(number))
            if other.facts.id != query.facts.id or not query.facts.id:
                problem = self.problems.get(other.facts.id)
                found.append((other, features(query, other, self._weights, match, most, problem)))
        return found

    def _candidates(
        self, terms: Iterable[tuple[str, float]], query: Profile, before: float | None, count: int
    ) -> list[tuple[float, int]]:
        """Return the best tickets by the first score: the score before aging, and the number."""
        scores = self._scored(tuple(terms))
        if before is not None:
            # an unknown date is NaN, which is before nothing
            scores = [s if c < before else 0.0 for s, c in zip(scores, self._created, strict=True)]
        return self._best(scores, query, count)

    def _scored(self, terms: tuple[tuple[str, float], ...]) -> list[float]:
        """Return the first score of every ticket; tickets in the same words have the same."""
        if terms in self._scores:
            return self._scores[terms]
        scores = [0.0] * self._size
        for term, weight in terms:
            for live in self._index.live:
                postings = live.postings(LIKENESS, term)
                if postings is not None:
                    for block in postings.blocks():
                        _add(scores, live.base, block.ids, block.weights, weight / STRENGTH)
        for live in self._index.live:
            for number in live.dead:
                scores[live.base + number] = 0.0
        if len(self._scores) == _KEPT_SCORES:
            self._scores.clear()
        self._scores[terms] = scores
        return scores

    def _best(self, scores: list[float], query: Profile, count: int) -> list[tuple[float, int]]:
        # age reduces a score by at most this share, so less similar tickets cannot be chosen
        last = sorted(scores)[-count:][:1] or [0.0]
        least = max(last[0] * aging(_OLDEST) / SAME_COMPONENT, 1e-9)
        own = component_number(query.facts.component)
        best = []
        chosen = [number for number, score in enumerate(scores) if score >= least]
        for number in self._nearest(chosen, scores, query, count):
            aged = scores[number] * self._aging(number, query.facts.created)
            same = own and self._components[number] == own
            best.append((aged * SAME_COMPONENT if same else aged, number))
        born = self._created
        best.sort(key=lambda pair: (-pair[0], -born[pair[1]] if born[pair[1]] > 0 else 0))
        kept = best[:count]
        if len(best) > count and best[count][0] == kept[-1][0]:  # the choice among equals must not depend on the index
            edge = kept[-1][0]
            equals = sorted((pair for pair in best if pair[0] == edge), key=lambda pair: self._order(pair[1]))
            kept = [pair for pair in kept if pair[0] != edge]
            kept += equals[: count - len(kept)]
        return [(scores[number], number) for _, number in kept]

    def _nearest(self, chosen: list[int], scores: list[float], query: Profile, count: int) -> list[int]:
        """Return the tickets without those that many others of the same score and component are nearer in time than."""
        when = query.facts.created
        if when is None or len(chosen) <= 4 * count:
            return chosen
        groups: dict[tuple[float, int], list[int]] = {}
        for number in chosen:
            groups.setdefault((scores[number], self._components[number]), []).append(number)
        kept = []
        for group in groups.values():
            if len(group) > count:
                born = self._created
                days = [abs(when - born[number]) if born[number] > 0 else 365.0 * DAY for number in group]
                furthest = sorted(days)[count - 1]
                kept += [number for number, apart in zip(group, days, strict=True) if apart <= furthest]
            else:
                kept += group
        return sorted(kept)

    def _order(self, number: int) -> tuple[float, str]:
        born = self._created[number]
        return (-born if born > 0 else 0.0, self._index.key_of(number))

    def _aging(self, number: int, created: float | None) -> float:
        if created is None:
            return 1.0
        born = self._created[number]
        days = abs(created - born) / DAY if not math.isnan(born) else 365.0
        return aging(min(days, _OLDEST))

    def _clusters(self, threshold: float) -> list[list[str]]:
        numbers = [live.base + n for live in self._index.live for n in range(live.count) if n not in live.dead]
        order = sorted(numbers, key=lambda n: (math.isnan(self._created[n]), self._created[n], self._index.key_of(n)))
        home: dict[str, list[str]] = {}
        for number in order:
            words, profile = read_words(self._index.facts_of(number))
            compared = self._compared(words, profile, profile.facts.created, _CLUSTER_CANDIDATES, _COMMONPLACE)
            best = self._ranked(compared)[:1]
            if best and best[0][0] >= threshold:
                first = best[0][1].facts.id
                group = home.setdefault(first, [first])
                group.append(profile.facts.id)
                home[profile.facts.id] = group
        unique = {id(group): group for group in home.values()}
        return sorted(unique.values(), key=lambda group: (-len(group), group[0]))


def _add(scores: list[float], base: int, ids: array[int], weights: array[float], scale: float) -> None:
    if base:
        for number, strength in zip(ids, weights, strict=True):
            scores[base + number] += scale * strength
    else:
        for number, strength in zip(ids, weights, strict=True):
            scores[number] += scale * strength


def _profile_of(entry: Entry) -> tuple[Words, Profile]:
    titles, bodies = entry_terms(entry)
    words = count_words(titles, bodies)
    return words, Profile(words, entry_facts(entry, titles))
