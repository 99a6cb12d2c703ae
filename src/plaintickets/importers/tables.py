"""Tables in CSV: the names in the first line, and the cells of each row with its place; a stranger wrote them."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING

from plaintickets.core.imported import RecordError
from plaintickets.core.quoting import quoted
from plaintickets.importers.sources import LONGEST_LINE, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


MAPPED = "`columns` of a --map file says which column of yours is which"


def read_table(
    file: IO[bytes], name: str = "", columns: Mapping[str, str] | None = None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the place and the cells of each row by the names in the first line; columns without a name are left out.

    `columns` has other names for some, by those in the file. Commas, semicolons or tabs separate them, which the first
    line decides. Rows without text are left out. Raise RecordError for a row that has more columns than the first, for
    a first row that names none, and for a column that is named twice.
    """
    lead = f"{name}: " if name else ""
    text = (line for _, line in lines(file, name))
    first = next(text, "")
    csv.field_size_limit(LONGEST_LINE)
    separator = separator_of(first)
    names = renamed(next_row(csv.reader([first], delimiter=separator), f"{lead}line 1") or [], columns)
    if first.lstrip("\ufeff ").startswith(("<", "{", "[")):
        raise RecordError(f"{lead}line 1", "names no columns: it looks like HTML, XML or JSON")
    if not any(names):
        raise RecordError(f"{lead}line 1", "names no columns")
    if twice := next((one for one in names if one and names.count(one) > 1), ""):
        raise RecordError(f"{lead}line 1", f"names the column {quoted(twice)} twice")
    reader = csv.reader(text, delimiter=separator, strict=True)
    while True:
        where = f"{lead}line {reader.line_num + 2}"
        row = next_row(reader, where)
        if row is None:
            return
        refuse_longer(row, names, where)
        if any(cell.strip() for cell in row):
            yield where, {one: cell for one, cell in zip(names, row, strict=False) if one}


def separator_of(line: str) -> str:
    """Return what separates the columns that a line names."""
    return max(",;\t", key=line.count)


def renamed(names: list[str], columns: Mapping[str, str] | None) -> list[str]:
    """Return the names of columns with those that the user gave some of them."""
    return [(columns or {}).get(one, one) for one in map(str.strip, names)]


def next_row(reader: Iterator[list[str]], where: str) -> list[str] | None:
    """Return the next row, None at the end; raise RecordError for one that is no CSV."""
    try:
        return next(reader, None)
    except csv.Error as error:
        reason = "has a carriage return outside of quotes; lines end with a line feed"
        raise RecordError(where, reason if str(error).startswith("new-line") else str(error)) from None


def refuse_longer(row: list[str], names: list[str], where: str) -> None:
    """Raise RecordError for a row that has more columns than the first line."""
    if len(row) > len(names):
        raise RecordError(where, f"has {len(row)} columns, the first line {len(names)}")
