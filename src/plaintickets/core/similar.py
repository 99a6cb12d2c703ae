"""The similarity of two tickets: a first score over all tickets, and the similarity of a pair.

Everything here is a function of the words of the two tickets, of the rarity of the words in the store, of age,
component and type, and of the known duplicates of the store.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.words import fold, terms, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.known_duplicates import Problem

TITLE_CUT = 300
BODY_CUT = 1500
_SHAPE_CUT = 200
DAY = 86400.0

# First stage, BM25F with fixed reference lengths so that a posting never depends on other tickets.
# Chosen on the first 60 % of the duplicates of docs/performance-duplicates.md; flat around here.
TITLE_WEIGHT = 6.0
TITLE_LENGTH = 9.0
TITLE_SLOPE = 0.6
BODY_LENGTH = 90.0
BODY_SLOPE = 0.75
SATURATION = 3.0
QUERY_TITLE = 4.0
QUERY_TERMS = 40
AGING = 0.2
SAME_COMPONENT = 1.2
REFERENCE = 3000


@dataclass(frozen=True, slots=True)
class Entry:
    """The parts of a ticket to compare; `created` is in epoch seconds, None if unknown."""

    id: str
    title: str
    body: str = ""
    created: float | None = None
    component: str = ""
    type: str = ""
    status: str = ""


def entry_terms(entry: Entry) -> tuple[list[str], list[str]]:
    """Return the terms of the title, and those of the first part of the body."""
    return terms(entry.title[:TITLE_CUT]), terms(entry.body[:BODY_CUT])


def impact(in_title: int, titles: int, in_body: int, bodies: int) -> float:
    """Return the share, 0 to 1, of a term's full weight in a ticket, from counts of the term and of all terms."""
    title = in_title / (1 - TITLE_SLOPE + TITLE_SLOPE * titles / TITLE_LENGTH)
    body = in_body / (1 - BODY_SLOPE + BODY_SLOPE * bodies / BODY_LENGTH)
    mass = TITLE_WEIGHT * title + body
    return mass / (SATURATION + mass)


def rarity(holders: int, tickets: int) -> float:
    """Return the weight of a term that `holders` of `tickets` hold."""
    if tickets < REFERENCE:
        holders, tickets = 1 + (holders - 1) * REFERENCE // tickets, REFERENCE
    return math.log(1 + (tickets - holders + 0.5) / (holders + 0.5))


def aging(days: float) -> float:
    """Return the factor of the first score for a ticket that is so many days older."""
    return 1 / (1 + AGING * math.log1p(max(0.0, days)))


def query_terms(words: Words, weight: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the terms that the first stage looks up, heaviest first, with their weights."""
    mass: dict[str, float] = dict.fromkeys(words.title, QUERY_TITLE)
    for term, count in zip(words.body, words.counts, strict=True):
        mass[term] = mass.get(term, 0.0) + _DAMPED[count]
    heavy = [(term, part * weight[term]) for term, part in mass.items()]
    heavy.sort(key=lambda pair: -pair[1])  # among equals, in the order of the text
    return heavy[:QUERY_TERMS]


_DAMPED = [2 * count / (count + 1) for count in range(256)]


class Words(NamedTuple):
    """The distinct terms of a title and of a body by number, and how often each occurs in the body."""

    title: Sequence[str]
    body: Sequence[str]
    counts: bytes


class Facts(NamedTuple):
    """Other attributes to compare; `shape` is the terms of the title without spaces."""

    id: str
    shape: str
    created: float | None
    component: str
    type: str


def entry_facts(entry: Entry, titles: Sequence[str]) -> Facts:
    """Return the facts of a ticket whose title has these terms."""
    shape = "".join(titles)[:_SHAPE_CUT]
    component, kind = _encodable(entry.component), _encodable(entry.type)
    return Facts(_encodable(entry.id), shape, entry.created, component, kind)


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def count_words(titles: Sequence[str], bodies: Sequence[str]) -> Words:
    """Return the words of a ticket from the terms of its title and body in order."""
    counts: dict[str, int] = {}
    for term in bodies:
        counts[term] = counts.get(term, 0) + 1
    most = bytes([min(255, count) for count in counts.values()])
    return Words(list(dict.fromkeys(titles)), list(counts), most)


class Profile:
    """The data of one ticket for the similarity: the words of its title and body, its shape and facts."""

    __slots__ = ("body", "facts", "shape", "title")

    def __init__(self, words: Words, facts: Facts) -> None:
        """Split the shape into runs of three characters."""
        self.facts = facts
        self.title = frozenset(words.title)
        self.body = frozenset(words.body)
        text = f" {facts.shape} "
        self.shape = frozenset(map("".join, zip(text, text[1:], text[2:], strict=False)))


# What each feature adds to the score of a pair. Fitted by bench/train_duplicates.py (a conditional
# logit over the candidates of each query) on the oldest 60 % of the duplicates of one tracker;
# docs/performance-duplicates.md has the results on the rest and on another tracker.
WEIGHTS = {
    "match": 1.62,  # log of the first score
    "share": 7.35,  # the first score as a share of the query's highest possible score
    "title in body": 1.79,  # the share of the query's title in the other's body, by weight
    "body in title": 3.07,  # and the other way round
    "rarest": 3.36,  # the weight of the rarest shared word, in tens
    "shape": 2.76,  # titles without spaces: shared runs of three characters
    "swap": -1.45,  # titles that differ in one or two words on each side: siblings
    "same title": 1.14,
    "no body": 1.66,  # one of the two has no body, so less can be shared
    "age": -3.23,  # log of the days between them, in fives
    "batch": -3.20,  # created within the hour with another title: siblings
    "same component": 0.82,
    "other component": -0.95,
    "other type": -0.43,
    "known": 0.16,  # log of the known duplicates of the other's problem
    "recent": 0.48,  # 1 if the newest of them was created on the same day, a half after a month
}
# From the scores of all candidates to a probability, given that the ticket is a duplicate at all.
_SLOPE, _RIVALS, _BIAS = 0.983, -0.729, -2.98
_RIVALS_COUNTED = 30
_NO_SHIFT = 1000  # from this number of tickets on, a score needs no correction


WARN = 0.75  # best score from which `tk new` warns
PERHAPS = 0.5  # score from which `tk new` names a ticket on a terminal, without asking
SAME_TITLE = 0.95  # the least score of a ticket with exactly the same title
CLUSTER = 0.85  # score from which two tickets are proposed as one problem


def features(
    query: Profile,
    other: Profile,
    weight: Mapping[str, float],
    match: float,
    most: float,
    problem: Problem | None = None,
) -> tuple[float, ...]:
    """Return the values that WEIGHTS names, in its order; `match` of `most` is the first score."""
    title, its_title = query.title, other.title
    titles = title & its_title
    crossed = title & other.body
    back = its_title & query.body
    shared = titles | crossed | back | (query.body & other.body)
    rarest = max(map(weight.__getitem__, shared), default=0.0)
    left, left_there = len(title) - len(titles), len(its_title) - len(titles)
    facts, other_facts = query.facts, other.facts
    days = _days_between(facts.created, other_facts.created)
    components = facts.component != "" and other_facts.component != ""
    same_title = left == 0 == left_there
    return (
        math.log1p(match),
        match / most,
        math.fsum(map(weight.__getitem__, crossed)) / (math.fsum(map(weight.__getitem__, title)) or 1.0),
        math.fsum(map(weight.__getitem__, back)) / (math.fsum(map(weight.__getitem__, its_title)) or 1.0),
        rarest / 10,
        2 * len(query.shape & other.shape) / (len(query.shape) + len(other.shape) or 1),
        float(0 < left < 3 and 0 < left_there < 3 and len(titles) > 1),
        float(same_title),
        float(not query.body or not other.body),
        math.log1p(days) / 5,
        0.0 if same_title else math.exp(-24 * days),
        float(components and facts.component == other_facts.component),
        float(components and facts.component != other_facts.component),
        float(facts.type != "" and other_facts.type not in {"", facts.type}),
        math.log1p(problem.repeats) if problem else 0.0,
        1 / (1 + _days_between(facts.created, problem.newest) / 30) if problem else 0.0,
    )


def _days_between(one: float | None, other: float | None) -> float:
    """Return the days between two moments; 365 if one of them is unknown."""
    return 365.0 if one is None or other is None else abs(one - other) / DAY


_VALUES = tuple(WEIGHTS.values())


def likenesses(candidates: Sequence[Sequence[float]], tickets: int, weights: Sequence[float] = _VALUES) -> list[float]:
    """Return for each candidate's features the score, 0 to 1, that it is the duplicate."""
    totals = [math.fsum(map(mul, weights, values)) for values in candidates]
    if not totals:
        return []
    rivals = sorted(totals, reverse=True)[:_RIVALS_COUNTED]
    all_rivals = rivals[0] + math.log(math.fsum([math.exp(t - rivals[0]) for t in rivals]))
    # In a small store fewer tickets are similar by chance, so the same similarity means more.
    shift = min(1.0, max(0.0, 0.5 * math.log10(_NO_SHIFT / max(1, tickets))))
    exponents = [_SLOPE * total + _RIVALS * all_rivals + _BIAS + shift for total in totals]
    return [1 / (1 + math.exp(-x)) if x > -60 else 0.0 for x in exponents]


_ERROR = re.compile(r"[a-z]{1,12}-?\d{3,}|0x[0-9a-f]{4,}|\w*(?:error|exception)")
_FRAME = re.compile(r"^\s*(?:at\s+|\#\d+\s+(?:0x[0-9a-f]+\s+in\s+)?)([\w.$:]{3,120})\s*\(", re.MULTILINE)
_SHOWN = 4
_TELLING = 3.0
_SHORT = 3


class Wording(NamedTuple):
    """The spelling of a ticket's terms, by number, and which of them are errors and stack frames."""

    written: Mapping[str, str]
    errors: frozenset[str]
    frames: frozenset[str]


def wording(entry: Entry) -> Wording:
    """Return the wording of a ticket whose terms have these numbers."""
    written: dict[str, str] = {}
    for text in (entry.title[:TITLE_CUT], entry.body[:BODY_CUT]):
        for term, _, start, end in tokens(text):
            written.setdefault(term, text[start:end])
    frames = {fold(frame) for frame in _FRAME.findall(entry.body[:BODY_CUT])}
    return Wording(
        written,
        frozenset(term for term in written if _ERROR.fullmatch(term)),
        frozenset(term for term in written if term in frames),
    )


def reasons(query: Profile, other: Profile, weight: Mapping[str, float], words: Wording) -> tuple[str, ...]:
    """Return why the other ticket is like the query, whose wording is given, strongest reasons first."""
    shared = (query.title | query.body) & (other.title | other.body)
    # In a store of a few tickets no word is rare: then use any shared word.
    rare = [term for term in shared if weight[term] > _TELLING] or [
        term for term in shared if len(words.written.get(term, "")) > _SHORT
    ]
    rare.sort(key=lambda term: (-weight[term], words.written.get(term, "")))
    errors = [term for term in rare if term in words.errors]
    frames = [term for term in rare if term in words.frames]
    rest = [term for term in rare if term not in words.errors and term not in words.frames]
    found = _named("same error", errors, words) + _named("same stack frame", frames, words)
    if 2 * len(query.shape & other.shape) > len(query.shape) + len(other.shape):
        found.append("title alike")
    found += _named("shared words", rest, words)
    if query.facts.component and query.facts.component == other.facts.component:
        found.append(f"same component: {query.facts.component}")
    return tuple(found)


def _named(reason: str, shared: Sequence[str], words: Wording) -> list[str]:
    shown = dict.fromkeys(words.written[term] for term in shared if term in words.written)
    return [f"{reason}: {', '.join(list(shown)[:_SHOWN])}"] if shown else []
