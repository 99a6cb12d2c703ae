"""Import a table in CSV: the first line names the fields, which are described in `core/imported.py`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from plaintickets.core.imported import RecordError, imported
from plaintickets.importers.sources import LONGEST_LINE, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the record of each row of each table."""
    for source in sources.files(".csv", ".tsv"):
        with source.open() as file:
            yield from _rows(file)


def _rows(source: IO[bytes]) -> Iterator[Imported]:
    """Yield the record of each row; the columns are separated by commas, semicolons or tabs.

    Raise RecordError for a row that has more columns than the first, and for a first row that names none.
    """
    rows = (line for _, line in lines(source))
    first = next(rows, "")
    csv.field_size_limit(LONGEST_LINE)
    separator = max(",;\t", key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    if not any(names):
        raise RecordError("line 1", "names no columns")
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise RecordError("line 1", f"names the column '{twice}' twice")
    reader = csv.reader(rows, delimiter=separator, strict=True)
    while True:
        where = f"line {reader.line_num + 2}"
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise RecordError(where, str(error)) from None
        if row is None:
            return
        if len(row) > len(names):
            raise RecordError(where, f"has {len(row)} columns, the first line {len(names)}")
        if any(cell.strip() for cell in row):
            yield imported(where, {name: cell for name, cell in zip(names, row, strict=False) if name})
