"""A widget of styled lines that draws only those on the screen, and one whose lines can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from plaintickets.tui.styles import strip_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from plaintickets.render.styled import Styled

_CURSOR, _NO_CURSOR = "› ", "  "


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines to scroll through."""

    DEFAULT_CSS = "LineView { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Styled] = ()

    def show(self, lines: Sequence[Styled]) -> None:
        """Show other lines, at the same place."""
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line at a place of the screen."""
        place = y + round(self.scroll_offset.y)
        line = self._lines[place] if place < len(self._lines) else ()
        return strip_of(line, self.size.width)

    def by_lines(self, count: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + count, animate=False)

    def by_pages(self, count: int) -> None:
        """Scroll by pages."""
        self.by_lines(count * max(self.size.height - 1, 1))

    def to_end(self, *, last: bool) -> None:
        """Scroll to the first or the last line."""
        self.scroll_to(y=self.max_scroll_y if last else 0, animate=False)


class ChoiceView(LineView, inherit_bindings=False):
    """Lines of which one is chosen; each is made when it is drawn."""

    class Opened(Message):
        """A line was clicked."""

    class Moved(Message):
        """Another line is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.cursor = 0
        self._count = 0
        self._line_at: Callable[[int], Styled] = lambda _: ()

    def offer(self, count: int, line_at: Callable[[int], Styled], cursor: int) -> None:
        """Offer other lines, with one of them chosen."""
        self._count, self._line_at = count, line_at
        self.virtual_size = Size(self.size.width, count)
        self.choose(cursor)
        self.refresh()

    def choose(self, cursor: int) -> None:
        """Choose a line and scroll to it."""
        before, self.cursor = self.cursor, max(0, min(cursor, self._count - 1))
        offset, height = round(self.scroll_offset.y), max(self.size.height, 1)
        if self.cursor < offset or self.cursor >= offset + height:
            target = self.cursor if self.cursor < offset else self.cursor - height + 1
            self.scroll_to(y=target, animate=False, force=True)
        for place in {before, self.cursor}:
            self.refresh(Region(0, place - round(self.scroll_offset.y), self.size.width, 1))
        if before != self.cursor:
            self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """Return the line at a place of the screen; the chosen one is marked and reversed."""
        place = y + round(self.scroll_offset.y)
        if place >= self._count:
            return Strip.blank(self.size.width)
        is_chosen = place == self.cursor
        line = ((_CURSOR if is_chosen else _NO_CURSOR, ""), *self._line_at(place))
        return strip_of(line, self.size.width, is_chosen=is_chosen)

    def by_lines(self, count: int) -> None:
        """Choose a line further up or down."""
        self.choose(self.cursor + count)

    def to_end(self, *, last: bool) -> None:
        """Choose the first or the last line."""
        self.choose(self._count - 1 if last else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked line, open it if it is chosen already."""
        place = event.y + round(self.scroll_offset.y)
        if place == self.cursor:
            self.post_message(self.Opened())
        elif place < self._count:
            self.choose(place)
