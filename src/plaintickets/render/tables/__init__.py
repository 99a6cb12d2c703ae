"""Formats of tables, one module for each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.duration import Length, written
from plaintickets.core.table import NUMBERS

if TYPE_CHECKING:
    from plaintickets.core.table import Cell, Column, Table

# Format: the module here that holds its `render(table) -> text`, without a last line end.
FORMATS = {
    "csv": "csv_form",
    "html": "html_page",
    "json": "json_form",
    "md": "markdown",
    "svg": "svg_picture",
    "text": "text",
}
_UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def rendered(form: str, table: Table, room: int = 0) -> str:
    """Return a table in a format; as text for a terminal of so many columns, with bars.

    Raises KeyError for an unknown format.
    """
    module = import_module(f"plaintickets.render.tables.{FORMATS[form]}")
    text: str = module.with_bars(table, room) if room and form == "text" else module.render(table)
    return text


def for_people(cell: Cell, column: Column) -> str:
    """Return a cell for people: shares in percent, durations in their two largest units."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Length):
        return written(cell, cell.workday, " ")
    if column.kind == "share" and isinstance(cell, (int, float)):
        return f"{cell:.0%}"
    if column.kind == "duration" and isinstance(cell, (int, float)):
        return _duration(round(cell))
    if column.kind == "number" and isinstance(cell, (int, float)):
        return f"{cell:g}"
    return f"{cell:,.0f}" if column.kind == "count" and isinstance(cell, (int, float)) else str(cell)


def is_number(column: Column) -> bool:
    """Return whether the cells of a column are aligned to the right."""
    return column.kind in NUMBERS


def _duration(seconds: int) -> str:
    sign, rest = "-" if seconds < 0 else "", abs(seconds)
    parts: list[str] = []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count}{unit}" if count else "")
    return sign + (" ".join(filter(None, parts[:2])) or "0s")
