"""How many examples a law draws, and which part of a sweep through all cases is run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_PART = 10
_FEWEST = 8
IS_SOAK = os.environ.get("TK_LAWS") == "random"
"""Whether `make soak SOAK=laws` runs the tests, and not `make test`."""


def examples(usual: int) -> int:
    """Return the usual number where examples are drawn at random; a part of it where each run draws the same ones.

    Drawn again, the same examples find nothing new. The random ones, of `make soak SOAK=laws`, are where numbers count.
    """
    return usual if IS_SOAK else max(min(usual, _FEWEST), usual // _PART)


def part(cases: Sequence[T], number: int, turn: int) -> Sequence[T]:
    """Return so many of the cases, at each turn the next ones; all of them in `make soak SOAK=laws`."""
    return cases if IS_SOAK else [cases[(turn * number + at) % len(cases)] for at in range(number)]
