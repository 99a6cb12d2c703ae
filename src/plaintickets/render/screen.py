"""How much of a screen a text takes."""

from __future__ import annotations

import re

from plaintickets.render.width import width

_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")


def lines_on(text: str, columns: int) -> int:
    """Return how many lines of a terminal the text takes; long lines are wrapped, sequences take no room."""
    shown = _SEQUENCE.sub("", text)
    return sum(max(1, -(-width(line) // columns)) for line in shown.split("\n"))
