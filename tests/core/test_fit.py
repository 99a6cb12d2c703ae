"""Weights that are learned put what is right on top."""

from __future__ import annotations

import random

from plaintickets.core.fit import Query, fit, recall


def queries(chance: random.Random, count: int) -> list[Query]:
    """Queries whose right candidate has much of the first feature and little of the second; the third is noise."""
    found = []
    for _ in range(count):
        rows = [(chance.random(), chance.random(), chance.random()) for _ in range(12)]
        best = max(range(12), key=lambda number: rows[number][0] - 2 * rows[number][1])
        found.append(Query(rows, [str(number) for number in range(12)], [number == best for number in range(12)]))
    return found


def test_what_was_learned_finds_more_on_queries_that_were_not_learned_from() -> None:
    chance = random.Random(3)
    weights = fit(queries(chance, 200))
    unseen = queries(chance, 200)
    assert weights[0] > 0 > weights[1]
    assert abs(weights[2]) < min(weights[0], -weights[1]) / 3
    assert recall(weights, unseen, 1) > 0.85
    assert recall([1.0, 1.0, 1.0], unseen, 1) < 0.5


def test_a_problem_counts_once_however_many_of_its_tickets_are_there() -> None:
    query = Query([(3.0,), (2.0,), (1.0,)], ["a", "a", "b"], [False, False, True])
    assert recall([1.0], [query], 1) == 0
    assert recall([1.0], [query], 2) == 1


def test_a_feature_that_never_varies_and_queries_without_a_right_answer_do_no_harm() -> None:
    query = Query([(1.0, 1.0), (0.0, 1.0)], ["a", "b"], [True, False])
    lost = Query([(0.0, 1.0), (1.0, 1.0)], ["a", "b"], [False, False])
    weights = fit([query] * 20 + [lost] * 20)
    assert weights[0] > 0
    assert abs(weights[1]) < weights[0] / 1000
