"""Tables of reports for pages: cells as texts for people, ids as links, and the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from plaintickets.render.tables import for_people, is_number
from plaintickets.render.tables.html_page import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.table import Table

MOST_ROWS = 2000


def no_address(_ticket: str) -> str:
    """Return no address: no ticket has a page."""
    return ""


def shown(table: Table, address: Callable[[str], str]) -> dict[str, object]:
    """Return a table for `table.html`; `address` gives the page of a ticket, empty without one."""
    numbers = [is_number(column) for column in table.columns]
    rows = []
    for row in table.rows[:MOST_ROWS]:
        texts = [for_people(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        links = [
            address(text) if column.kind == "ticket" else "" for text, column in zip(texts, table.columns, strict=True)
        ]
        rows.append([*zip(texts, numbers, links, strict=True)])
    return {
        "title": table.title,
        "headings": [*zip((column.heading for column in table.columns), numbers, strict=True)],
        "rows": rows,
        "hidden": len(table.rows) - len(rows),
        "notes": list(table.notes),
        "picture": Markup(picture(table)),  # noqa: S704 - every text in it is escaped
    }
