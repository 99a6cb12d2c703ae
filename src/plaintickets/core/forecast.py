"""When work will be done, by drawing from what was done in past periods, again and again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TRIALS = 1000
SEED = 1
FARTHEST = 520
"""A trial that is not done after so many periods is not done."""
# The generator of Knuth's MMIX; its upper bits are used.
_FACTOR, _STEP, _MASK, _SHIFT = 6364136223846793005, 1442695040888963407, (1 << 64) - 1, 33
_WARM_UP = 5


def periods_needed(done: Sequence[int], left: int, *, farthest: int = FARTHEST) -> list[int | None]:
    """Return how many more periods each of 1,000 trials needs, the shortest first; None for those that do not end.

    In a trial each period is one of the past periods, drawn with equal chances; `done` is by how much the work
    shrank in each of them. The same input gives the same trials.
    """
    if left <= 0:
        return [0] * TRIALS
    if not done or max(done) <= 0:
        return [None] * TRIALS
    ended: list[int] = []
    state = SEED
    for _ in range(_WARM_UP):
        state = (state * _FACTOR + _STEP) & _MASK
    count, most = len(done), max(done)
    for _ in range(TRIALS):
        rest = left
        for period in range(1, farthest + 1):
            state = (state * _FACTOR + _STEP) & _MASK
            rest -= done[(state >> _SHIFT) * count >> 64 - _SHIFT]
            if rest <= 0:
                ended.append(period)
                break
            if rest > most * (farthest - period):
                break
    return [*sorted(ended), *[None] * (TRIALS - len(ended))]


def at_chance(trials: Sequence[int | None], chance: float) -> int | None:
    """Return within how many periods a share of the trials was done, None if fewer of them end."""
    return trials[max(math.ceil(chance * len(trials)) - 1, 0)]
