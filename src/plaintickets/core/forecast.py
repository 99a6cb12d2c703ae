"""When work will be done, by drawing from what was done in past periods, again and again."""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import accumulate, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TRIALS = 1000
SEED = 1
FARTHEST = 520
"""A trial that is not done after so many periods is not done."""


def periods_needed(done: Sequence[int], left: int, *, farthest: int = FARTHEST) -> list[int | None]:
    """Return how many more periods each of 1,000 trials needs, the shortest first; None for those that do not end.

    In a trial each period is one of the past periods, drawn with equal chances; `done` is by how much the work
    shrank in each of them. The same input gives the same trials.
    """
    if left <= 0:
        return [0] * TRIALS
    if not done or max(done) * farthest < left:
        return [None] * TRIALS
    numbers, count, mean = _numbers(), len(done), sum(done) / len(done)
    usual = int(left / mean * 1.3) + 8 if mean > 0 else farthest
    ended: list[int] = []
    for _ in range(TRIALS):
        total = passed = 0
        while passed < farthest:
            # Drawn some at a time, because the sums of many are faster than a loop over each.
            drawn = [done[number * count >> 32] for number in islice(numbers, min(usual, farthest - passed))]
            totals = list(accumulate(drawn, initial=total))
            place = bisect_left(list(accumulate(totals, max)), left)
            if place < len(totals):
                ended.append(passed + place)
                break
            total, passed = totals[-1], passed + len(drawn)
    return [*sorted(ended), *[None] * (TRIALS - len(ended))]


def _numbers() -> Iterator[int]:
    """Yield numbers of 32 bits that look random: the linear congruential generator of Numerical Recipes."""
    state = SEED
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state


def at_chance(trials: Sequence[int | None], chance: float) -> int | None:
    """Return within how many periods a share of the trials was done, None if fewer of them end."""
    return trials[max(math.ceil(chance * len(trials)) - 1, 0)]
