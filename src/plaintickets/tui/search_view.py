"""Search while somebody types: the best hits, and where the chosen one has the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from plaintickets.render.styled import styled
from plaintickets.tui import keys, pages
from plaintickets.tui.query_view import QueryView
from plaintickets.tui.row_view import Headings, RowView
from plaintickets.tui.styles import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.tui.pages import Found

_STEP = 500


class SearchView(QueryView):
    """The hits of the words that are typed."""

    DEFAULT_CSS = "SearchView #places { height: 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.SEARCH)]
    LABEL = "Search"
    PLACEHOLDER = 'words, "a phrase", wor*, word~, and filters: is:open label:db'
    FOOT = "↓ to the hits  Enter open  / search again  Esc back  ? keys"

    def body(self) -> Iterable[Widget]:
        """Return the search line, the hits, and the places of the chosen one."""
        yield from super().body()
        headings = Headings()
        yield headings
        yield RowView(headings)
        yield Static(id="places")

    def main(self) -> RowView:
        """Return the hits."""
        return self.query_one(RowView)

    def on_mount(self) -> None:
        """Begin in the search line."""
        super().on_mount()
        self.line.focus()

    def chosen(self) -> Ticket | None:
        """Return the chosen ticket."""
        return self.main().ticket

    def read(self, project: Project) -> Found | None:
        """Return the hits, None if nothing is typed."""
        text = self.query_text.strip()
        return pages.search_for(project, text, self._progress) if text else None

    def _progress(self, done: int, total: int) -> None:
        """Show how far the first index is; this is called on the thread of the store."""
        if total >= _STEP and (done % _STEP == 0 or done == total):
            self.tickets_app.store.tell(lambda: self.tell(styled(f"indexing {done:,} of {total:,} tickets", "quiet")))

    def put(self, found: Found | None) -> None:
        """Show the hits, with the best one chosen."""
        rows = self.main()
        if found is None:
            self.head("tk ui · search", "")
            rows.clear()
            self._show_places()
            return
        self.tell(styled(found.remark))
        is_same = [row.ticket.id for row in found.rows] == rows.ids()
        rows.put(found.rows, found.facts, keeps=is_same)
        self.head("tk ui · search", f"{found.total:,} found")
        self._show_places()

    def on_choice_view_moved(self) -> None:
        """Show where the chosen ticket has the words."""
        self._show_places()

    def _show_places(self) -> None:
        row = self.main().row if self.query_text.strip() else None
        self.query_one("#places", Static).update(content_of(row.below[:2] if row else ()))

    def action_search(self) -> None:
        """Go to the search line."""
        self.line.focus()

    def on_choice_view_opened(self) -> None:
        """Open the clicked ticket."""
        self.action_open()
