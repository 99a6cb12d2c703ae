"""The picture of a table as SVG: parts of bars differ by their pattern, lines by dashes and marks, not by colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.tables import for_people
from plaintickets.render.tables.series import labels, left_out, series, shown_of_groups, totals
from plaintickets.render.width import cut
from plaintickets.render.xml_text import element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.table import Table

WIDTH = 760
MOST_BARS = 200
_ROW, _BAR, _LABEL, _VALUE = 22, 14, 190, 70
_PLOT_HEIGHT, _LEFT, _RIGHT, _TOP = 220, 60, 150, 12
_LABEL_SIGNS = 26
_DASHES = ("", "8 4", "2 3", "10 3 2 3", "14 4", "4 4")
_MARKS = ("circle", "square", "triangle", "diamond")
_MOST_MARKS = 40
_LEAST_GAP = 14
# Of each part of a bar: filled, empty, and lines in four directions.
_PATTERNS = ("", "", "M0 6L6 0", "M0 0L6 6", "M0 3L6 3", "M3 0L3 6")
PATTERNS = "<defs>" + "".join(
    f'<pattern id="p{number}" width="6" height="6" patternUnits="userSpaceOnUse">'
    f'<path d="{path}" stroke="currentColor" stroke-width="1.4" fill="none"/></pattern>'
    for number, path in enumerate(_PATTERNS)
    if path
)
PATTERNS += "</defs>"


def chart(table: Table, top: int = 0) -> tuple[str, int]:
    """Return the elements of the picture that begin at a height, and how high it is; nothing without a chart."""
    if table.chart is None or not table.rows:
        return "", 0
    parts, height = _bars(table, top) if table.chart.kind == "bars" else _lines(table, top)
    return PATTERNS + "".join(parts), height


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{element(text)}</text>'


def _fill(number: int) -> str:
    number %= len(_PATTERNS)
    return "currentColor" if number == 0 else "none" if number == 1 else f"url(#p{number})"


def _bars(table: Table, top: int) -> tuple[list[str], int]:
    """Return a bar for each row, with its sum; of several columns a legend above."""
    shown, sums, names = series(table), totals(table), labels(table)
    most = max(sums) or 1.0
    parts, y = (_legend(table, top), top + _ROW) if len(shown) > 1 else ([], top)
    for place, name in enumerate(names[:MOST_BARS]):
        parts.append(_text(_LABEL - 8, y + 12, cut(name, _LABEL_SIGNS), "end"))
        x = float(_LABEL)
        for number, one in enumerate(shown):
            long = (one.values[place] or 0.0) / most * (WIDTH - _LABEL - _VALUE)
            if long:
                size = f'x="{x:.1f}" y="{y + 2}" width="{long:.1f}" height="{_BAR}"'
                parts.append(f'<rect {size} fill="{_fill(number)}" stroke="currentColor"/>')
            x += long
        parts.append(_text(x + 6, y + 12, _shown(table, sums[place])))
        y += _ROW
    if names[MOST_BARS:]:
        parts.append(_text(_LABEL, y + 12, f"and {len(names) - MOST_BARS:,} more, in the table"))
        y += _ROW
    return parts, y - top


def _legend(table: Table, top: int) -> list[str]:
    shown = series(table)
    step = (WIDTH - 20) / len(shown)
    parts = []
    for number, one in enumerate(shown):
        x = 10 + number * step
        size = f'x="{x:.1f}" y="{top + 2}" width="16" height="12"'
        parts.append(f'<rect {size} fill="{_fill(number)}" stroke="currentColor"/>')
        parts.append(_text(x + 22, top + 12, cut(one.heading, max(int(step / 8) - 3, 3))))
    return parts


def _shown(table: Table, value: float) -> str:
    assert table.chart is not None  # noqa: S101 - only tables with one come here
    column = next(column for column in table.columns if column.key == table.chart.values[0])
    return for_people(value, column)


def _lines(table: Table, top: int) -> tuple[list[str], int]:
    """Return a line for each column, with its name at its end, above the names of the first and last rows."""
    shown, names = series(table), labels(table)
    most = _scale(max((value for one in shown for value in one.values if value is not None), default=0.0))
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _height(share, top)
        parts.append(f'<path d="M{_LEFT} {y:g}H{WIDTH - _RIGHT}" stroke="currentColor" opacity="0.25"/>')
        parts.append(_text(_LEFT - 6, y + 4, _shown(table, most * share), "end"))
    ends: list[tuple[float, str]] = []
    for number, (heading, _, values) in enumerate(shown):
        spots = [
            (_place(at, len(values)), _height(value / most, top))
            for at, value in enumerate(values)
            if value is not None
        ]
        if spots:
            parts += _line(spots, number)
            ends.append((spots[-1][1], heading))
    parts += _names(ends, top)
    bottom = top + _TOP + _PLOT_HEIGHT + 18
    parts.append(_text(_LEFT, bottom, cut(names[0], _LABEL_SIGNS)))
    if names[1:]:
        parts.append(_text(WIDTH - _RIGHT, bottom, cut(names[-1], _LABEL_SIGNS), "end"))
    if drawn := shown_of_groups(table):
        parts.append(_text(_LEFT, top + 8, drawn))
    more = left_out(table)
    if more:
        parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, bottom, more, "middle"))
    return parts, _TOP + _PLOT_HEIGHT + 28


def _scale(most: float) -> float:
    """Return the end of a scale that holds a value, of which the half is a whole number too."""
    return most + most % 2 if most == int(most) and most else most or 2.0


def _place(at: int, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (at / (count - 1) if count > 1 else 0.5)


def _height(share: float, top: int) -> float:
    return top + _TOP + _PLOT_HEIGHT * (1 - share)


def _line(spots: Sequence[tuple[float, float]], number: int) -> Iterator[str]:
    """Yield a line through the spots, with a mark on each, or on some of many."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    dashes = _DASHES[number % len(_DASHES)]
    style = f' stroke-dasharray="{dashes}"' if dashes else ""
    yield f'<path d="M{path}" fill="none" stroke="currentColor" stroke-width="1.6"{style}/>'
    step = max(len(spots) // _MOST_MARKS, 1)
    for x, y in [*spots[::step], spots[-1]]:
        yield _mark(x, y, _MARKS[number % len(_MARKS)])


def _mark(x: float, y: float, kind: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'
    paths = {"square": "h5v5h-5z", "triangle": "l6 0l-3 -6z", "diamond": "l3 -3.5l3 3.5l-3 3.5z"}
    left = {"square": (x - 2.5, y - 2.5), "triangle": (x - 3, y + 3), "diamond": (x - 3, y)}[kind]
    return f'<path d="M{left[0]:.1f} {left[1]:.1f}{paths[kind]}"/>'


def _names(ends: list[tuple[float, str]], top: int) -> Iterator[str]:
    """Yield the names of the lines at their ends, below each other where the ends are near."""
    last = float(top)
    for y, name in sorted(ends):
        last = max(y + 4, last + _LEAST_GAP)
        yield _text(WIDTH - _RIGHT + 8, last, cut(name, 18))
