"""A list of tickets as a table for a terminal: the columns that fit, aligned, and the titles with the most room."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render.list_columns import STATUS_SIGNS, cell, heading
from plaintickets.render.styled import around_match, columns, contained, painted, shortened
from plaintickets.render.width import width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from plaintickets.render.list_columns import Facts, Row
    from plaintickets.render.listing import Terminal
    from plaintickets.render.styled import Piece, Styled

DEFAULT = ("id", "priority", "status", "type", "title", "due", "blockers", "assignee", "tags", "age")
"""The columns of a list if the user chooses none, from left to right."""
_WITH_CLOCKS = (*DEFAULT[: DEFAULT.index("blockers")], "clock", *DEFAULT[DEFAULT.index("blockers") :])
_ALWAYS = ("store", "id", "priority", "title", "score")
_FIRST = ("score", "store")
# The first of these that fit are shown; a column in which nothing stands is not.
_IMPORTANCE = ("ended", "status", "due", "clock", "blockers", "resolution", "assignee", "type", "age", "tags")
_WIDEST = {
    "assignee": 20, "blockers": 24, "ended": 14, "id": 28, "resolution": 14,
    "status": 16, "store": 24, "tags": 32, "type": 14,
}  # fmt: skip
_GAP = 2
_TITLE_ROOM = 45
_SHORTEST_TITLE = 8
_BESIDE_TITLE = ("due", "clock", "blockers")
_SHORTEST_CELL = 4


class Layout(NamedTuple):
    """The shown columns with their widths, and whether the class of the status is a sign before the title."""

    widths: dict[str, int]
    has_signs: bool = False


class ListTable:
    """The layout of a table's rows, which several groups of rows can share.

    What the columns `said` hold stands beside the title where they do not fit.

    With a `sample`, about as many of the rows decide the layout; the cells of the others are made when they are shown.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        facts: Facts,
        terminal: Terminal,
        chosen: Sequence[str] = (),
        *,
        said: Collection[str] = (),
        sample: int = 0,
    ) -> None:
        self._facts, self._terminal, self._chosen = facts, terminal, tuple(chosen)
        self._said = said
        names = self._chosen or (_WITH_CLOCKS if facts.computes("clock") else DEFAULT)
        if rows and not self._chosen:
            more = rows[0].more
            names = (*(name for name in more if name in _FIRST), *names, *(name for name in more if name not in _FIRST))
            names = tuple(name for name in names if name != "age" or "ended" not in more)
        self._names = names
        looked_at = rows[:: max(len(rows) // sample, 1)] if sample else rows
        self._cells = {id(row): self._made(row) for row in looked_at}
        widest = {name: max((columns(cells[name]) for cells in self._cells.values()), default=0) for name in names}
        widest = {name: max(wide, len(heading(name))) if wide else 0 for name, wide in widest.items()}
        self._layout = self._exact(widest) if self._chosen else self._fitting(widest)

    def _fitting(self, widest: dict[str, int]) -> Layout:
        """Choose the columns that leave the titles their room."""
        total = self._terminal.columns
        widths = {name: min(widest[name], _WIDEST.get(name, widest[name])) for name in widest}
        room = total - sum(widths[name] + _GAP for name in _ALWAYS if name != "title" and name in widths)
        least = min(widths["title"], max(_TITLE_ROOM, total * 2 // 5))
        shown = {name for name in _ALWAYS if name in widths}
        for name in _IMPORTANCE:
            if widths.get(name) and room - widths[name] - _GAP >= least:
                room -= widths[name] + _GAP
                shown.add(name)
        has_signs = "status" in widths and "status" not in shown
        beside = sum(widths[name] + _GAP for name in self._said if widths.get(name) and name not in shown)
        widths["title"] = max(min(widths["title"] + 2 * has_signs + beside, room), _SHORTEST_TITLE)
        kept = {name: wide for name, wide in widths.items() if name in shown}
        spare = total - sum(kept.values()) - _GAP * (len(kept) - 1)
        for name, wide in list(kept.items()):  # what is left over goes to the cells that were cut
            more = min(widest[name] - wide, spare) if name != "title" else 0
            kept[name] += max(more, 0)
            spare -= max(more, 0)
        return Layout(kept, has_signs)

    def _exact(self, widest: dict[str, int]) -> Layout:
        """Give each chosen column its width; the widest are cut until all fit, but ids are never cut."""
        widths = {name: max(wide, width(heading(name))) for name, wide in widest.items()}
        over = sum(widths.values()) + _GAP * (len(widths) - 1) - self._terminal.columns
        while over > 0:
            others = sorted((wide, name) for name, wide in widths.items() if name != "id")
            if not others or others[-1][0] <= _SHORTEST_CELL:
                break
            wide, name = others[-1]
            next_wide = others[-2][0] if len(others) > 1 else 0
            step = min(over, max(wide - max(next_wide, _SHORTEST_CELL), 1))
            widths[name] -= step
            over -= step
        return Layout(widths)

    def _made(self, row: Row) -> dict[str, Styled]:
        return {name: cell(name, row, self._facts) for name in self._names}

    def headings(self) -> str:
        """Return the line of headings."""
        return painted(self.styled_headings(), self._terminal.paint)

    def styled_headings(self) -> Styled:
        """Return the headings in their styles."""
        return self._line({name: ((heading(name), "quiet"),) for name in self._layout.widths})

    def styled_line(self, row: Row) -> Styled:
        """Return the line of a row in its styles, without what is below it."""
        cells = self._cells.get(id(row)) or self._made(row)
        return self._line(cells if self._chosen else {**cells, "title": self._title(row, cells)})

    def lines(self, rows: Sequence[Row]) -> Iterator[str]:
        """Yield the lines of rows that the table was made for."""
        paint = self._terminal.paint
        for row in rows:
            yield painted(self.styled_line(row), paint)
            for below in () if self._chosen else row.below:
                yield "    " + painted(around_match(below, self._terminal.columns - 4), paint)

    def _title(self, row: Row, cells: dict[str, Styled]) -> Styled:
        """Return the title with what the columns that do not fit would say, as far as it leaves the title room.

        That a ticket is late is always said.
        """
        room = self._layout.widths["title"]
        title = cells["title"]
        if self._layout.has_signs:
            kind = self._facts.kind(row.ticket)
            title = ((f"{STATUS_SIGNS.get(kind, '○')} ", kind), *title)
        for name in _BESIDE_TITLE:
            note = cells.get(name)
            if not note or name in self._layout.widths:
                continue
            taken = columns(note) + _GAP
            is_late = name in ("due", "clock") and note[0][1] == "urgent"
            is_said = is_late or name in self._said
            if columns(title) + taken <= room or (is_said and room - taken >= _SHORTEST_TITLE):
                title = (*contained(shortened(title, room - taken)), (" " * _GAP, ""), *note)
        return title

    def _line(self, cells: dict[str, Styled]) -> Styled:
        parts: list[Piece] = []
        blanks = 0
        for name, room in self._layout.widths.items():
            shown = shortened(cells[name], room)
            if shown:
                parts += [(" " * blanks, ""), *contained(shown)] if blanks else contained(shown)
                blanks = 0
            blanks += room - columns(shown) + _GAP
        return tuple(parts)
