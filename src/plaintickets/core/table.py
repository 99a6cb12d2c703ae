"""A table with typed columns: what a report returns and `render/tables` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

Kind = Literal["text", "ticket", "person", "date", "count", "number", "share", "duration"]
NUMBERS = ("count", "number", "share", "duration")


class Column(NamedTuple):
    """A column: the key in JSON and CSV, the heading for people, and the kind of its cells.

    By kind a cell is: text, ticket, person: a string; date: `YYYY-MM-DD`; count: a whole number; number: any; share: 0
    to 1; duration: seconds. None is a cell without a value.
    """

    key: str
    heading: str
    kind: Kind = "text"


if TYPE_CHECKING:
    Cell: TypeAlias = str | int | float | None


class Chart(NamedTuple):
    """What a picture of a table shows: the column that names the rows, and columns of numbers not below 0.

    By kind: bars: a bar for each row, the sum of its numbers in as many parts; lines: a line for each column over rows
    that follow each other in time. With `group`, a column that names groups, a line for each group over its rows.
    """

    kind: Literal["bars", "lines"]
    label: str
    values: tuple[str, ...]
    group: str = ""


class Table(NamedTuple):
    """Rows and columns, with a title, notes on what the numbers exclude, and what a picture shows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    chart: Chart | None = None
