"""Views of rows: moving among them, and opening the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from plaintickets.render.list_table import ListTable
from plaintickets.render.listing import Terminal
from plaintickets.tui.line_view import ChoiceView
from plaintickets.tui.pages import is_broken
from plaintickets.tui.styles import strip_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from plaintickets.core.ticket import Ticket
    from plaintickets.render.list_columns import Facts, Row
    from plaintickets.render.styled import Styled

_SAMPLE = 300
"""How many rows decide the layout of a long list."""
_MARK_WIDE = 2


class Headings(Widget):
    """The line of headings above rows."""

    DEFAULT_CSS = "Headings { height: 1; }"
    line: Styled = ()

    def render_line(self, y: int) -> Strip:
        """Return the headings."""
        return strip_of(self.line if not y else (), self.size.width)


class RowView(ChoiceView):
    """Rows of tickets; a row is laid out when it is drawn."""

    def __init__(self, headings: Headings) -> None:
        super().__init__()
        self._headings = headings
        self._rows: Sequence[Row] = ()
        self._facts: Facts | None = None
        self._table: ListTable | None = None
        self._wide = 0

    @property
    def row(self) -> Row | None:
        """Return the chosen row."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def ticket(self) -> Ticket | None:
        """Return the chosen ticket; None for a file that cannot be read."""
        row = self.row
        return row.ticket if row is not None and not is_broken(row) else None

    def put(self, rows: Sequence[Row], facts: Facts, *, keeps: bool = True) -> None:
        """Show other rows; with `keeps` the chosen ticket stays chosen if it is still there."""
        before = self.row
        cursor = self.cursor if keeps else 0
        if keeps and before is not None:
            cursor = next((at for at, row in enumerate(rows) if row.ticket.path == before.ticket.path), cursor)
        self._rows, self._facts = rows, facts
        self._lay_out()
        self.offer(len(rows), self._line, cursor)

    def clear(self) -> None:
        """Show no rows."""
        self._rows = ()
        self._headings.line = ()
        self._headings.refresh()
        self.offer(0, self._line, 0)

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        return [row.ticket.id for row in self._rows]

    def choose_broken(self) -> bool:
        """Choose the first file that cannot be read; tell whether there is one."""
        at = next((at for at, row in enumerate(self._rows) if is_broken(row)), None)
        if at is not None:
            self.choose(at)
        return at is not None

    def on_resize(self) -> None:
        """Lay the rows out for the new width."""
        if self.size.width != self._wide:
            self._lay_out()
            self.choose(self.cursor)
            self.refresh()

    def _lay_out(self) -> None:
        self._wide = self.size.width
        if self._facts is None or not self._wide:
            self._table = None
            return
        terminal = Terminal(max(self._wide - _MARK_WIDE, 1), self.size.height, lambda text, _: text)
        self._table = ListTable(self._rows, self._facts, terminal, sample=_SAMPLE)
        self._headings.line = ((" " * _MARK_WIDE, ""), *self._table.styled_headings()) if self._rows else ()
        self._headings.refresh()

    def _line(self, place: int) -> Styled:
        return self._table.styled_line(self._rows[place]) if self._table else ()
