"""A table as JSON: an object for each row, numbers as numbers, durations in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.jsonform import document

if TYPE_CHECKING:
    from plaintickets.core.table import Table


def render(table: Table) -> str:
    """Return an object with the title, the columns with their kinds, the rows and the notes."""
    keys = [column.key for column in table.columns]
    columns = [{"key": column.key, "heading": column.heading, "kind": column.kind} for column in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return document("rows", rows, title=table.title, columns=columns, notes=list(table.notes))
