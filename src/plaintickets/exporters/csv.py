"""A table with a column for each field; a cell that begins like a formula gets a quotation mark before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.document import KEY_ORDER
from plaintickets.core.formulas import without_formula
from plaintickets.exporters.values import CsvLines, flat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export

_OWN = ("id", "title", "text")


def pieces(export: Export) -> Iterator[str]:
    """Yield the names of the columns, then a row for each ticket."""
    held = {key for ticket in export.tickets for key in ticket.keys}
    known = [key for key in KEY_ORDER if key in held and key not in _OWN]
    columns = [*known, *sorted(held - {*known, *_OWN})]
    lines = CsvLines()
    yield lines.row(map(without_formula, ("id", "title", *columns, "text")))
    for ticket, text, _ in export.records():
        cells = (flat(ticket.keys.get(key, "")) for key in columns)
        yield lines.row(map(without_formula, (ticket.id, ticket.title, *cells, text)))
