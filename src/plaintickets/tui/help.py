"""The help screen: every key, from the one table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static

from plaintickets.render.styled import styled, wrapped
from plaintickets.tui.keys import BOARD, FORM, KEYS, LIST, SEARCH, TICKET, VIEWS
from plaintickets.tui.line_view import LineView
from plaintickets.tui.styles import content_of

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from plaintickets.render.styled import Styled

_NAMES = {LIST: "list", BOARD: "board", TICKET: "ticket", SEARCH: "search", FORM: "forms"}
_KEYS_WIDE = 14
_VIEWS_WIDE = 21


def views_of(views: tuple[str, ...]) -> str:
    """Return the names of the views of a key."""
    if set(views) >= set(VIEWS):
        return "everywhere" if FORM in views else "all views"
    return ", ".join(_NAMES[view] for view in _NAMES if view in views)


class HelpView(Screen[None]):
    """All keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "by(-1)", "up", show=False),
        Binding("down,j", "by(1)", "down", show=False),
        Binding("pageup", "pages(-1)", "a page up", show=False),
        Binding("pagedown,space", "pages(1)", "a page down", show=False),
        Binding("q,escape,question_mark,f1", "dismiss", "back", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Return the head, the keys and how to leave."""
        yield Static(content_of([styled("Keys", "bold")]), id="head")
        yield LineView()
        yield Static(content_of([styled("q back  ↓ PgDn more", "quiet")]), id="foot")

    def on_mount(self) -> None:
        """Show the keys."""
        self.on_resize()

    def on_resize(self) -> None:
        """Lay the keys out again."""
        room = max(self.app.size.width - _KEYS_WIDE - _VIEWS_WIDE - 1, 20)
        lines: list[Styled] = []
        for key in KEYS:
            lead = ((f"{key.shown:<{_KEYS_WIDE}}", "bold"), (f"{views_of(key.views):<{_VIEWS_WIDE}}", "quiet"))
            for number, part in enumerate(wrapped(styled(key.about), room)):
                lines.append((*(lead if not number else ((" " * (_KEYS_WIDE + _VIEWS_WIDE), ""),)), *part))
        self.query_one(LineView).show(lines)

    def action_by(self, count: int) -> None:
        """Scroll by lines."""
        self.query_one(LineView).by_lines(count)

    def action_pages(self, count: int) -> None:
        """Scroll by pages."""
        self.query_one(LineView).by_pages(count)
