"""The numbers that a picture of a table shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plaintickets.core.table import Table


def numbers(table: Table) -> dict[str, list[float | None]]:
    """Return the numbers of each column that the picture shows, by its key; None for a cell without a value."""
    if table.chart is None:
        return {}
    places = {column.key: place for place, column in enumerate(table.columns)}
    return {key: [_number(row[places[key]]) for row in table.rows] for key in table.chart.values}


def _number(cell: object) -> float | None:
    return max(float(cell), 0.0) if isinstance(cell, (int, float)) else None


def totals(table: Table) -> list[float]:
    """Return the sum of the shown numbers of each row."""
    rows = zip(*numbers(table).values(), strict=True)
    return [sum(value or 0.0 for value in row) for row in rows]


def labels(table: Table) -> list[str]:
    """Return the names of the rows."""
    if table.chart is None:
        return []
    place = [column.key for column in table.columns].index(table.chart.label)
    return ["" if row[place] is None else str(row[place]) for row in table.rows]
