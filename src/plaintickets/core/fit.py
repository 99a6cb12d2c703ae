"""Fit the weights of the similarity of two tickets to known duplicates.

This is a conditional logit: among each query's candidates, those of the same problem should rank first. In plain
Python, a thousand queries of a hundred candidates take about ten seconds.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUNDS = 100
_RIDGE = 5.0
_STEP = 0.08


class Query(NamedTuple):
    """The features of a ticket's candidates, the problem of each, and whether it is the ticket's own problem."""

    rows: Sequence[tuple[float, ...]]
    problems: Sequence[str]
    right: Sequence[bool]


def fit(
    queries: Sequence[Query], rounds: int = ROUNDS, progress: Callable[[int, int], None] | None = None
) -> list[float]:
    """Return the weights, by Adam on features of unit spread with a ridge."""
    known = [query for query in queries if any(query.right)]
    scale = _spread(known)
    scaled = [
        query._replace(rows=[tuple(v / s for v, s in zip(row, scale, strict=True)) for row in query.rows])
        for query in known
    ]
    weights, first, second = ([0.0] * len(scale) for _ in range(3))
    for round_ in range(1, rounds + 1):
        gradient = _gradient(weights, scaled)
        for place, raw in enumerate(gradient):
            pull = raw - 2 * _RIDGE * weights[place]
            first[place] = 0.9 * first[place] + 0.1 * pull
            second[place] = 0.99 * second[place] + 0.01 * pull * pull
            mean = first[place] / (1 - 0.9**round_)
            size = math.sqrt(second[place] / (1 - 0.99**round_)) + 1e-9
            weights[place] += 3 * _STEP / math.sqrt(round_) * mean / size
        if progress:
            progress(round_, rounds)
    return [weight / s for weight, s in zip(weights, scale, strict=True)]


def recall(weights: Sequence[float], queries: Sequence[Query], depth: int) -> float:
    """Return the share of the queries with a right answer among the first so many problems."""
    hits = 0
    for query in queries:
        scores = [sum(map(mul, weights, row)) for row in query.rows]
        seen: dict[str, bool] = {}
        for number in sorted(range(len(scores)), key=lambda number: -scores[number]):
            seen.setdefault(query.problems[number], query.right[number])
            if len(seen) == depth:
                break
        hits += any(seen.values())
    return hits / max(1, len(queries))


def _spread(queries: Sequence[Query]) -> list[float]:
    """Return the standard deviation of each feature, 1 where it never varies."""
    columns = list(zip(*(row for query in queries for row in query.rows), strict=True))
    means = [math.fsum(column) / len(column) for column in columns]
    return [
        math.sqrt(math.fsum([(v - mean) ** 2 for v in column]) / len(column)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]


def _gradient(weights: Sequence[float], queries: Sequence[Query]) -> list[float]:
    """Return the gradient of the log likelihood."""
    total = [0.0] * len(weights)
    for rows, _, right in queries:
        scores = [sum(map(mul, weights, row)) for row in rows]
        top = max(scores)
        masses = [math.exp(score - top) for score in scores]
        every = sum(masses)
        hits = sum(mass for mass, hit in zip(masses, right, strict=True) if hit) or 1e-300
        for row, mass, hit in zip(rows, masses, right, strict=True):
            pull = (mass / hits if hit else 0.0) - mass / every
            if abs(pull) > 1e-6:
                for place, value in enumerate(row):
                    total[place] += pull * value
    return total
