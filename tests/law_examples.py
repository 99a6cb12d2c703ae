"""How many examples a law draws."""

from __future__ import annotations

import os

_PART = 10
_FEWEST = 8


def examples(usual: int) -> int:
    """Return the usual number where examples are drawn at random; a part of it where each run draws the same ones.

    Drawn again, the same examples find nothing new. The random ones, of `make soak SOAK=laws`, are where numbers count.
    """
    return usual if os.environ.get("TK_LAWS") == "random" else max(min(usual, _FEWEST), usual // _PART)


def few(usual: int) -> int:
    """Return the usual number where examples are drawn at random, else 1: each takes a second or more."""
    return usual if os.environ.get("TK_LAWS") == "random" else 1
