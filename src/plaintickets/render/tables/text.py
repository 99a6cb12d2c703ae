"""A table as aligned text, for a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.tables import for_people, is_number
from plaintickets.render.width import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Cell, Column, Table


def render(table: Table) -> str:
    """Return the title, the headings, the rows and the notes."""
    return "\n".join([*_head(table), *_lines(table), *_notes(table)])


def with_bars(table: Table, room: int) -> str:
    """Return the same with bars beside the rows or lines below them, where a terminal of `room` columns has room."""
    from plaintickets.render.tables.bars import bars, sparklines

    lines = _lines(table)
    if table.chart is not None and table.rows:
        if table.chart.kind == "bars":
            free = room - max(map(width, lines)) - 2
            lines = [f"{line}{bar}" for line, bar in zip(_filled(lines), ["", *bars(table, free)], strict=True)]
            lines = [line.rstrip() for line in lines]
        else:
            lines += ["", *sparklines(table, room)]
    return "\n".join([*_head(table), *lines, *_notes(table)])


def _head(table: Table) -> list[str]:
    return [safe.line(table.title), ""]


def _notes(table: Table) -> list[str]:
    return ["", *map(safe.line, table.notes)] if table.notes else []


def _filled(lines: Sequence[str]) -> list[str]:
    widest = max(map(width, lines))
    return [line + " " * (widest - width(line) + 2) for line in lines]


def _lines(table: Table) -> list[str]:
    """Return the headings and the rows, aligned."""
    if not table.rows:
        return ["nothing to count"]
    columns = [_filled_column(*column) for column in zip(table.columns, zip(*table.rows, strict=True), strict=True)]
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]


def _filled_column(column: Column, cells: Sequence[Cell]) -> list[str]:
    """Return the heading and the cells of a column, each as wide as the widest."""
    given = [column.heading, *cells]
    # Each different cell once: of the cells of 20,000 rows most are the same few. Equal numbers can look different.
    names = given if set(map(type, given)) == {str} else list(map(id, given))
    distinct = dict(zip(names, given, strict=True))
    texts = [cell if type(cell) is str else for_people(cell, column) for cell in distinct.values()]
    filled = dict(zip(distinct, _filled_cells(texts, is_right=is_number(column)), strict=True))
    return [filled[name] for name in names]


def _filled_cells(cells: list[str], *, is_right: bool) -> list[str]:
    """Return texts, each as wide as the widest."""
    together = "".join(cells)
    # Tested at once: nearly all have plain text.
    if together.isascii() and together.isprintable():
        widest = max(map(len, cells))
        return [cell.rjust(widest) if is_right else cell.ljust(widest) for cell in cells]
    cells = [safe.line(cell) for cell in cells]
    widths = [width(cell) for cell in cells]
    blanks = [" " * (max(widths) - columns) for columns in widths]
    pairs = zip(blanks, cells, strict=True) if is_right else zip(cells, blanks, strict=True)
    return [first + second for first, second in pairs]
