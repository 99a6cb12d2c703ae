"""A table as CSV (RFC 4180), in which no text starts a formula of a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from plaintickets.core.formulas import without_formula
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.core.table import Cell, Table


def render(table: Table) -> str:
    """Return the keys of the columns and the rows; durations are seconds, shares 0 to 1."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(column.key) for column in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().removesuffix("\n")


def _cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return without_formula(safe.line(cell))
