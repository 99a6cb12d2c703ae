"""What similar closed tickets say of a new one: each votes for its own values, the more alike and recent the heavier.

The confidence is the chance that a value is right, from its share of the votes. The constants were chosen on tickets of
one tracker between the oldest 15 % and 60 %; `bench/triage.py` measures them on the rest and on another tracker, and
docs/performance.md has the figures.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALIBRATED = {"component": (0.45, 1.15), "type": (-0.06, 0.99), "priority": (-0.15, 0.76)}
"""By field how the log odds of being right follow from those of the share: what is added, and the slope."""
_SHARPNESS = 2
_AGEING = 0.3
LEAST = 0.5
"""The confidence below which nothing is proposed: half of such proposals would be wrong."""
VOTERS = 30
FEWEST = 3
_SHOWN = 3
_MOST_TAGS = 3


class Neighbour(NamedTuple):
    """A similar closed ticket: its score, by which the voters are chosen, the weight of its vote, and its values."""

    id: str
    score: float
    weight: float
    values: Mapping[str, str]
    tags: Sequence[str] = ()


class Counted(NamedTuple):
    """The votes for one value: the confidence, and the tickets that have it, the most alike first.

    `of` tickets vote; `abstaining` ones among them are as similar and have no value.
    """

    value: str
    confidence: float
    voters: tuple[str, ...]
    of: int
    abstaining: int = 0


def counted(field: str, neighbours: Sequence[Neighbour]) -> list[Counted]:
    """Return the values of a field that similar tickets have, the likeliest first."""
    alike = ranked(neighbours)
    having = [one for one in alike if one.values.get(field)][:VOTERS]
    least = having[-1].score if len(having) == VOTERS else -math.inf
    abstaining = sum(not one.values.get(field) and one.score >= least for one in alike)
    weights: dict[str, float] = {}
    for one in having:
        weights[one.values[field]] = weights.get(one.values[field], 0.0) + one.weight
    whole = math.fsum(weights.values())
    order = sorted(weights, key=lambda name: (-weights[name], name))
    found = []
    for value in order:
        voters = tuple(one.id for one in having if one.values[field] == value)
        sure = confidence(field, weights[value] / whole, len(having))
        rival = weights[next((other for other in order if other != value), value)]
        if len(order) > 1:  # of two values that are equally likely, neither is surer than a half
            sure = min(sure, weights[value] / (weights[value] + rival))
        found.append(Counted(value, sure, voters, len(having), abstaining))
    return found


def elected(field: str, neighbours: Sequence[Neighbour]) -> tuple[str, float, str] | None:
    """Return the likeliest value of a field, its confidence and the reason.

    Return None where too few tickets vote, or two values are equally likely.
    """
    found = counted(field, neighbours)
    if not found or found[0].of < FEWEST or found[0].confidence in [one.confidence for one in found[1:]]:
        return None
    best = found[0]
    return best.value, best.confidence, reason(best)


def elected_tags(neighbours: Sequence[Neighbour]) -> list[tuple[str, float, str]]:
    """Return the tags that similar tickets have, each with its confidence and the reason, the likeliest first."""
    voting = ranked(neighbours)[:VOTERS]
    if len(voting) < FEWEST:
        return []
    whole = math.fsum(one.weight for one in voting)
    found = []
    for tag in {tag for one in voting for tag in one.tags}:
        voters = [one for one in voting if tag in one.tags]
        share = math.fsum(one.weight for one in voters) / whole
        of = Counted(tag, confidence("tags", share, len(voting)), tuple(one.id for one in voters), len(voting))
        found.append((tag, of.confidence, reason(of)))
    return sorted(found, key=lambda one: (-one[1], one[0]))[:_MOST_TAGS]


def ranked(neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """Return the neighbours, the highest score first, those of the same score by id."""
    return sorted(neighbours, key=lambda one: (-one.score, one.id))


def weight_of(share: float, days: float) -> float:
    """Return the weight of a vote from the share of the words that is the same, and the days between the tickets."""
    return float(max(share, 1e-3) ** _SHARPNESS / (1 + days) ** _AGEING)


def confidence(field: str, share: float, voters: int) -> float:
    """Return the chance that a value is right which has this share of the votes of so many tickets.

    A few tickets that agree are less sure than many: three of three count as three of four.
    """
    least, most = 1 / (voters + 1), voters / (voters + 1)
    share = min(max(share, min(least, most)), most)
    added, slope = _CALIBRATED.get(field, (0.0, 1.0))
    return 1 / (1 + math.exp(-added - slope * math.log(share / (1 - share))))


def reason(one: Counted) -> str:
    """Return who voted for a value."""
    more = ", …" if len(one.voters) > _SHOWN else ""
    without = f"; {one.abstaining} more {'has' if one.abstaining == 1 else 'have'} none" if one.abstaining else ""
    return f"{len(one.voters)} of {one.of} similar closed tickets: {', '.join(one.voters[:_SHOWN])}{more}{without}"
