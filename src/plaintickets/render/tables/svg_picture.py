"""A table as one SVG picture: its chart, or the table itself if it has none, and the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.tables import for_people, is_number
from plaintickets.render.tables.svg_chart import MOST_BARS, WIDTH, chart
from plaintickets.render.width import cut, width
from plaintickets.render.xml_text import element

if TYPE_CHECKING:
    from plaintickets.core.table import Table

_SIGN, _LINE, _MARGIN = 7.4, 18, 10
_WIDEST_CELL = 48
_NOTE_SIGNS = 110
_STYLE = "svg{color:#222;background:#fff}@media(prefers-color-scheme:dark){svg{color:#ddd;background:#111}}"


def render(table: Table) -> str:
    """Return the picture; a table of more than 200 rows is cut, and says so."""
    body, height = chart(table, 36)
    across = WIDTH
    if not body:
        body, height, across = _cells(table, 36)
    y = 36 + height
    notes = []
    for note in table.notes:
        for line in _wrapped(safe.line(note)):
            y += _LINE
            notes.append(f'<text x="{_MARGIN}" y="{y}">{element(line)}</text>')
    title = element(table.title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {across} {y + _MARGIN}" width="{across}" '
        f'height="{y + _MARGIN}" font-family="system-ui,sans-serif" font-size="13" fill="currentColor">'
        f'<title>{title}</title><style>{_STYLE}</style><text x="{_MARGIN}" y="22" font-size="16" font-weight="600">'
        f"{title}</text>{body}{''.join(notes)}</svg>"
    )


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, _NOTE_SIGNS) or [""]


def _cells(table: Table, top: int) -> tuple[str, int, int]:
    """Return the cells of a table, how high they are, and how wide the picture is."""
    if not table.rows:
        return f'<text x="{_MARGIN}" y="{top + 12}">nothing to count</text>', _LINE, WIDTH
    rows = [[column.heading for column in table.columns]]
    for row in table.rows[:MOST_BARS]:
        cells = zip(row, table.columns, strict=True)
        rows.append([cut(safe.line(for_people(cell, column)), _WIDEST_CELL) for cell, column in cells])
    widths = [(max(width(row[at]) for row in rows) + 2) * _SIGN for at in range(len(table.columns))]
    parts, y = [], top
    for number, row in enumerate(rows):
        y, x = y + _LINE, float(_MARGIN)
        weight = "" if number else ' font-weight="600"'
        for text, column, wide in zip(row, table.columns, widths, strict=True):
            end = is_number(column)
            place = f'x="{x + (wide - 2 * _SIGN if end else 0):.1f}" y="{y}"'
            parts.append(f'<text {place} text-anchor="{"end" if end else "start"}"{weight}>{element(text)}</text>')
            x += wide
    if table.rows[MOST_BARS:]:
        y += _LINE
        parts.append(f'<text x="{_MARGIN}" y="{y}">and {len(table.rows) - MOST_BARS:,} rows more</text>')
    return "".join(parts), y - top, max(WIDTH, round(_MARGIN * 2 + sum(widths)))
