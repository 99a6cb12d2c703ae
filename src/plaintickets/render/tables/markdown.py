"""A table as Markdown, for a pull request or the summary of a CI step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.markdown import line
from plaintickets.render.tables import for_people, is_number

if TYPE_CHECKING:
    from plaintickets.core.table import Table


def render(table: Table) -> str:
    """Return a heading, a table and the notes; text of tickets is escaped."""
    lines = [f"## {line(table.title)}", ""]
    lines.append("| " + " | ".join(line(column.heading) for column in table.columns) + " |")
    lines.append("|" + "|".join("---:" if is_number(column) else "---" for column in table.columns) + "|")
    for row in table.rows:
        cells = (line(for_people(cell, column)) for cell, column in zip(row, table.columns, strict=True))
        lines.append("| " + " | ".join(cells) + " |")
    for note in table.notes:
        lines += ["", line(note)]
    return "\n".join(lines)
