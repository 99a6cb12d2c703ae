"""A table as one HTML page, without scripts or other files, which is well-formed XML too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.tables import for_people, is_number
from plaintickets.render.tables.svg_chart import WIDTH, chart
from plaintickets.render.xml_text import element

if TYPE_CHECKING:
    from plaintickets.core.table import Table

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #8886;overflow-wrap:anywhere}"
    "th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}"
)
_HEAD = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
    '<meta name="viewport" content="width=device-width"/>\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
)


def render(table: Table) -> str:
    """Return the whole page."""
    return page(table.title, content(table))


def page(title: str, body: str) -> str:
    """Return a page with a heading around HTML."""
    name = element(title)
    head = f"{_HEAD}<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{name}</h1>\n"
    return f"{head}{body}</body>\n</html>"


def content(table: Table) -> str:
    """Return the picture, the rows and the notes, without a heading, for a page of several tables."""
    drawn = picture(table)
    parts = [f"{drawn}\n"] if drawn else []
    parts.append(_rows(table) if table.rows else "<p>nothing to count</p>\n")
    parts += [f"<p>{element(note)}</p>\n" for note in table.notes]
    return "".join(parts)


def picture(table: Table) -> str:
    """Return the chart of a table as an element of a page, which takes the colour of the text; empty without one."""
    drawn, height = chart(table)
    return drawn and (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui,sans-serif" font-size="13" fill="currentColor">'
        f"<title>{element(table.title)}</title>{drawn}</svg>"
    )


def _rows(table: Table) -> str:
    styles = [' class="n"' if is_number(column) else "" for column in table.columns]
    heads = (
        f'<th scope="col"{style}>{element(column.heading)}</th>'
        for column, style in zip(table.columns, styles, strict=True)
    )
    lines = [f"<table>\n<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"]
    for row in table.rows:
        cells = zip(row, table.columns, styles, strict=True)
        shown = (f"<td{style}>{element(for_people(cell, column))}</td>" for cell, column, style in cells)
        lines.append(f"<tr>{''.join(shown)}</tr>\n")
    lines.append("</tbody>\n</table>\n")
    return "".join(lines)
