"""What similar closed tickets say of a new one: each votes for its own values, the more alike the heavier.

The confidence is the chance that the winner is right, from its share of the votes. `bench/triage.py` measures it on
tickets that were not used to fit it; docs/performance.md has the figures.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST = 0.5
"""The confidence below which nothing is proposed: half of such proposals would be wrong."""
VOTERS = 30
FEWEST = 3
_SHOWN = 3
_MOST_TAGS = 3


class Neighbour(NamedTuple):
    """A similar closed ticket: how alike it is, from 0 to 1, and its values."""

    id: str
    share: float
    values: Mapping[str, str]
    tags: Sequence[str] = ()


class Counted(NamedTuple):
    """The votes for one value: the confidence, and the tickets that have it, the most alike first."""

    value: str
    confidence: float
    voters: tuple[str, ...]
    of: int


def counted(field: str, neighbours: Sequence[Neighbour]) -> list[Counted]:
    """Return the values of a field that similar tickets have, the likeliest first."""
    having = [one for one in ranked(neighbours) if one.values.get(field)][:VOTERS]
    weights: dict[str, float] = {}
    for one in having:
        weights[one.values[field]] = weights.get(one.values[field], 0.0) + weight(one.share)
    whole = math.fsum(weights.values())
    found = []
    for value in sorted(weights, key=lambda name: (-weights[name], name)):
        voters = tuple(one.id for one in having if one.values[field] == value)
        found.append(Counted(value, confidence(weights[value] / whole, len(having)), voters, len(having)))
    return found


def elected(field: str, neighbours: Sequence[Neighbour]) -> tuple[str, float, str] | None:
    """Return the likeliest value of a field, its confidence and the reason, None where too few tickets vote."""
    found = counted(field, neighbours)
    if not found or found[0].of < FEWEST:
        return None
    best = found[0]
    return best.value, best.confidence, reason(best)


def elected_tags(neighbours: Sequence[Neighbour]) -> list[tuple[str, float, str]]:
    """Return the tags that similar tickets have, each with its confidence and the reason, the likeliest first."""
    voting = ranked(neighbours)[:VOTERS]
    if len(voting) < FEWEST:
        return []
    whole = math.fsum(weight(one.share) for one in voting)
    found = []
    for tag in {tag for one in voting for tag in one.tags}:
        voters = [one for one in voting if tag in one.tags]
        share = math.fsum(weight(one.share) for one in voters) / whole
        of = Counted(tag, confidence(share, len(voting)), tuple(one.id for one in voters), len(voting))
        found.append((tag, of.confidence, reason(of)))
    return sorted(found, key=lambda one: (-one[1], one[0]))[:_MOST_TAGS]


def ranked(neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """Return the neighbours, the most alike first, those who are equally alike by id."""
    return sorted(neighbours, key=lambda one: (-one.share, one.id))


def weight(share: float) -> float:
    """Return the weight of the vote of a ticket that is so much alike."""
    return share**2 + 1e-9


def confidence(share: float, voters: int) -> float:
    """Return the chance that a value is right which has this share of the votes of so many tickets."""
    return share * voters / (voters + 1)


def reason(one: Counted) -> str:
    """Return who voted for a value."""
    more = ", …" if len(one.voters) > _SHOWN else ""
    return f"{len(one.voters)} of {one.of} similar closed tickets: {', '.join(one.voters[:_SHOWN])}{more}"
