"""Bars and lines of a table in block characters, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.tables import for_people
from plaintickets.render.tables.series import left_out, series, shown_of_groups, totals
from plaintickets.render.width import cut, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Table

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"
_LEAST, _MOST, _NAME = 5, 40, 30


def bars(table: Table, room: int) -> list[str]:
    """Return a bar for each row, at most 40 characters long; empty ones where less than 5 are free."""
    found = totals(table)
    room = min(room, _MOST)
    most = max(found, default=0)
    if room < _LEAST or not most:
        return [""] * len(found)
    return [_bar(total / most * room) for total in found]


def _bar(length: float) -> str:
    whole, rest = divmod(round(length * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "") or ("▏" if length else "")


def sparklines(table: Table, room: int) -> list[str]:
    """Return a line for each series with its least and greatest value; a long series shows its end."""
    shown = series(table)
    names = [cut(safe.line(one.heading), _NAME) for one in shown]
    widest = max(map(width, names))
    lines = []
    for name, (_, column, values) in zip(names, shown, strict=True):
        known = [value for value in values if value is not None]
        if not known:
            continue
        ends = f"{for_people(min(known), column)} to {for_people(max(known), column)}"
        free = max(room - widest - len(ends) - 4, _LEAST)
        filled = name + " " * (widest - width(name))
        lines.append(f"{filled}  {_sparkline(values[-free:], max(known))}  {ends}")
    return [*filter(None, [shown_of_groups(table)]), *lines, *filter(None, [left_out(table)])]


def _sparkline(values: Sequence[float | None], most: float) -> str:
    """Return a sign for each value, by its height above 0."""
    scaled = (None if value is None else value / most * 7 if most else 0.0 for value in values)
    return "".join(" " if height is None else _HEIGHTS[round(height)] for height in scaled)
