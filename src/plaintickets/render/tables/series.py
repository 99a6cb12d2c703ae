"""The numbers that a picture of a table shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Column, Table

MOST_GROUPS = 12


class Series(NamedTuple):
    """A line, or a part of each bar: its heading, the column of its numbers, and these; None for an empty cell."""

    heading: str
    column: Column
    values: Sequence[float | None]


def series(table: Table) -> list[Series]:
    """Return what the picture shows: its columns, or the largest groups of its column, in the order of the rows."""
    if table.chart is None:
        return []
    places = [_place(table, key) for key in table.chart.values]
    if not table.chart.group:
        return [
            Series(table.columns[place].heading, table.columns[place], [_number(row[place]) for row in table.rows])
            for place in places
        ]
    group, groups = _place(table, table.chart.group), dict[str, list[float | None]]()
    for row in table.rows:
        groups.setdefault(str(row[group]), []).append(_number(row[places[0]]))
    largest = set(sorted(groups, key=lambda name: -sum(number or 0.0 for number in groups[name]))[:MOST_GROUPS])
    return [Series(name, table.columns[places[0]], row) for name, row in groups.items() if name in largest]


def shown_of_groups(table: Table) -> str:
    """Return the heading of the number that the picture shows of each group, empty without groups."""
    if table.chart is None or not table.chart.group:
        return ""
    return table.columns[_place(table, table.chart.values[0])].heading


def left_out(table: Table) -> str:
    """Return how many groups the picture leaves out, empty for none."""
    if table.chart is None or not table.chart.group:
        return ""
    place = _place(table, table.chart.group)
    more = len({row[place] for row in table.rows}) - MOST_GROUPS
    return f"and {more:,} smaller groups, in the table" if more > 0 else ""


def _number(cell: object) -> float | None:
    return max(float(cell), 0.0) if isinstance(cell, (int, float)) else None


def _place(table: Table, key: str) -> int:
    return [column.key for column in table.columns].index(key)


def totals(table: Table) -> list[float]:
    """Return the sum of the shown numbers of each row."""
    rows = zip(*(one.values for one in series(table)), strict=True)
    return [sum(value or 0.0 for value in row) for row in rows]


def labels(table: Table) -> list[str]:
    """Return the names of the rows, of groups those of one."""
    if table.chart is None:
        return []
    place = _place(table, table.chart.label)
    names = ["" if row[place] is None else str(row[place]) for row in table.rows]
    return list(dict.fromkeys(names)) if table.chart.group else names
