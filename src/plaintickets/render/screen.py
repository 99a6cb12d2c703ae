"""Count the lines of a screen that a text takes, and wrap lines to its width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.render.width import width

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")
_ROW = re.compile(r"  .*  (?=\S)")  # an indented row of cells, up to its last one
_HANGING = 4


def lines_on(text: str, columns: int) -> int:
    """Return how many lines of a terminal the text takes; long lines are wrapped, sequences take no room."""
    shown = _SEQUENCE.sub("", text)
    return sum(max(1, -(-width(line) // columns)) for line in shown.split("\n"))


def wrapped(lines: Iterable[str], columns: int) -> list[str]:
    """Return lines in parts that fit; the last cell of an indented row stays in its column where there is room."""
    from textwrap import wrap

    parts = []
    for line in lines:
        if width(line) < columns:
            parts.append(line)
            continue
        row = _ROW.match(line)
        indent = " " * (row.end() if row and row.end() < columns // 2 else _HANGING if row else 0)
        parts += wrap(line, columns - 1, subsequent_indent=indent, break_on_hyphens=False)
    return parts
