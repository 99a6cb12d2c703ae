"""The list: a query that is asked while it is typed, and the tickets that match it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from plaintickets.render.styled import styled
from plaintickets.tui import keys, pages
from plaintickets.tui.query_view import QueryView
from plaintickets.tui.row_view import Headings, RowView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.tui.pages import Listed


class ListView(QueryView):
    """The tickets of a query."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.LIST)]
    FOOT = "? keys  Enter open  / query  f search  n new  b board  u undo  q leave"

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self._every = False
        self._shown: tuple[str, bool] | None = None

    def body(self) -> Iterable[Widget]:
        """Return the query line, the headings and the tickets."""
        yield from super().body()
        headings = Headings()
        yield headings
        yield RowView(headings)

    @property
    def rows(self) -> RowView:
        """Return the tickets."""
        return self.query_one(RowView)

    def main(self) -> RowView:
        """Return the tickets."""
        return self.rows

    def on_mount(self) -> None:
        """Begin in the tickets."""
        super().on_mount()
        self.rows.focus()

    def chosen(self) -> Ticket | None:
        """Return the chosen ticket."""
        return self.rows.ticket

    def read(self, project: Project) -> tuple[Listed, tuple[str, bool]]:
        """Return the tickets of the query."""
        asked = (self.query_text, self._every)
        return pages.list_of(project, asked[0].strip(), closed_too=asked[1]), asked

    def put(self, found: tuple[Listed, tuple[str, bool]]) -> None:
        """Show the tickets; the chosen one stays chosen unless another query was asked."""
        listed, asked = found
        self.rows.put(listed.rows, listed.facts, keeps=asked == self._shown or self._shown is None)
        self._shown = asked
        right = f"{listed.tickets:,} ticket{'s' * (listed.tickets != 1)}{', closed too' * self._every}"
        if listed.unreadable:
            right += f", {listed.unreadable} unreadable (!)"
        self.head(f"tk ui · {listed.name} · list", right)

    def action_every(self) -> None:
        """Show closed tickets too, or hide them."""
        self._every = not self._every
        self.load()

    def action_unreadable(self) -> None:
        """Go to the files that cannot be read."""
        if not self.rows.choose_broken():
            self.tell(styled("every file can be read"))

    def action_board(self) -> None:
        """Show the board of the query."""
        self.tickets_app.open_board(self.query_text)

    def action_open(self) -> None:
        """Open the chosen ticket."""
        row = self.rows.row
        if row is not None:
            self.tickets_app.open_ticket(row.ticket)

    def on_choice_view_opened(self) -> None:
        """Open the clicked ticket."""
        self.action_open()
