"""A table as aligned text, for a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.tables import for_people, is_number
from plaintickets.render.width import width

if TYPE_CHECKING:
    from plaintickets.core.table import Table


def render(table: Table) -> str:
    """Return the title, the headings, the rows and the notes."""
    rows = [[column.heading for column in table.columns]]
    rows += [
        [safe.line(for_people(cell, column)) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    widths = [max(width(row[at]) for row in rows) for at in range(len(table.columns))]
    lines = [safe.line(table.title), ""]
    for row in rows if table.rows else ():
        cells = []
        for cell, column, columns in zip(row, table.columns, widths, strict=True):
            blanks = " " * (columns - width(cell))
            cells.append(blanks + cell if is_number(column) else cell + blanks)
        lines.append("  ".join(cells).rstrip())
    lines += ["nothing to count"] if not table.rows else []
    lines += ["", *map(safe.line, table.notes)] if table.notes else []
    return "\n".join(lines)
