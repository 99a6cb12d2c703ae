"""One ticket: fields, relations, text, comments, clocks and history; or the text of a file that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from plaintickets.store.comment_files import folder_of
from plaintickets.tui import keys, pages
from plaintickets.tui.line_view import LineView
from plaintickets.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.tui.pages import Page


class TicketView(View):
    """The page of a ticket."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.TICKET)]
    FOOT = "? keys  e edit  c comment  m status  x close  t take  u undo  q back"

    def __init__(self, ticket: Ticket) -> None:
        super().__init__()
        self._ticket_id = ticket.id
        self.paths = _watched(ticket.path)
        self._page: Page | None = None
        self._wide = 0

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield LineView()

    def main(self) -> LineView:
        """Return the page."""
        return self.query_one(LineView)

    def on_mount(self) -> None:
        """Begin in the page; it is read as soon as its width is known."""
        self.main().focus()

    def on_resize(self) -> None:
        """Lay the page out for the new width."""
        if self.app.size.width != self._wide:
            self._wide = self.app.size.width
            self.load()

    def chosen(self) -> Ticket | None:
        """Return the ticket."""
        return self._page.ticket if self._page else None

    def read(self, project: Project) -> Page:
        """Return the page, one column narrower than the screen, for the scrollbar."""
        return pages.page_of(project, self._ticket_id, max(self._wide - 1, 20))

    def put(self, found: Page) -> None:
        """Show the page, at the same place."""
        self._page = found
        self.paths = _watched(found.path)
        self.head(f"tk ui · {found.id}", "" if found.ticket else "unreadable")
        self.main().show(found.lines)


def _watched(path: str) -> tuple[str, str]:
    """Return what holds a ticket: its file, and the folder of its comments."""
    return path, folder_of(path)
