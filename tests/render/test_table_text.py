"""A table as aligned text: every cell in the words of its own kind, however many are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from plaintickets.core.servicedesk.duration import Length
from plaintickets.core.table import Column, Table
from plaintickets.render.tables import for_people, rendered
from plaintickets.render.width import width

if TYPE_CHECKING:
    from plaintickets.core.table import Cell

COLUMNS = (Column("a", "length", "duration"), Column("b", "number", "number"), Column("c", "name"))


def test_equal_numbers_of_seconds_are_written_by_the_working_day_of_each() -> None:
    rows: list[tuple[Cell, ...]] = [(Length(28_800, 28_800), 1, "é"), (Length(28_800, 86_400), True, "e")]
    lines = rendered("text", Table("Lengths", COLUMNS, rows)).splitlines()
    assert [line.split() for line in lines[3:]] == [["1d", "1", "é"], ["8h", "1", "e"]]


CELLS = st.tuples(
    st.sampled_from((60, 60.0, Length(60, 60), Length(60, 3600), None)),
    st.sampled_from((1, 1.0, True, 0, None)),
    st.sampled_from(("", "a", "日本", "e\u0301", "long name")),
).filter(lambda row: any(cell not in (None, "") for cell in row))  # no report has a row of nothing


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_each_line_holds_the_cells_of_its_row_and_columns_are_aligned(rows: list[tuple[Cell, ...]]) -> None:
    lines = rendered("text", Table("T", COLUMNS, rows)).splitlines()[3:]
    for row, line in zip(rows, lines, strict=True):
        cells = [for_people(cell, column) for cell, column in zip(row, COLUMNS, strict=True)]
        assert line.split() == [word for cell in cells for word in cell.split()]
    ends = {
        width(line.removesuffix(str(row[2])).rstrip()) for row, line in zip(rows, lines, strict=True) if row[1] == 1
    }
    assert len(ends) <= 1
