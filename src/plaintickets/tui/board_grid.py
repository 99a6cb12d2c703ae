"""The widget of a board: as many columns as fit, one chosen card, and only the visible lines drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from plaintickets.render.board import NARROWEST, WIDEST, card_lines, head_line
from plaintickets.render.styled import shortened, styled
from plaintickets.tui.styles import strip_of

if TYPE_CHECKING:
    from textual import events

    from plaintickets.core.board import Board, Cell, Column
    from plaintickets.core.ticket import Ticket
    from plaintickets.render.styled import Styled

_GAP = 1
_HEAD_LINES = 2


class Stack:
    """The lines of a column's cards, and where each card begins."""

    def __init__(self, cell: Cell, room: int) -> None:
        self.lines: list[Styled] = []
        self.starts: list[int] = []
        self.card_of: list[int] = []
        for number, card in enumerate(cell.cards):
            self.starts.append(len(self.lines))
            self.lines += [*(shortened(line, room) for line in card_lines(card, room)), ()]
            self.card_of += [number] * (len(self.lines) - len(self.card_of) - 1) + [-1]
        self.starts.append(len(self.lines))
        if cell.hidden:
            self.lines.append(styled(f"… {cell.hidden:,} more", "quiet"))
            self.card_of.append(-1)


class BoardGrid(Widget, can_focus=True):
    """A board by one field, without lanes."""

    DEFAULT_CSS = "BoardGrid { height: 1fr; }"

    class Opened(Message):
        """The chosen card was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.board: Board | None = None
        self.chosen_column = 0
        self._cards: dict[str, int] = {}
        self._tops: dict[str, int] = {}
        self._left = 0
        self._stacks: dict[tuple[str, int], Stack] = {}

    @property
    def ticket(self) -> Ticket | None:
        """Return the ticket of the chosen card."""
        cell = self._cell(self.chosen_column)
        return cell.cards[self._card].ticket if cell and cell.cards else None

    def put(self, board: Board) -> None:
        """Show a board; the chosen card stays chosen, wherever it is now."""
        before = self.ticket
        wanted = before.id if before else ""
        name = self.board.columns[self.chosen_column].name if self.board and self.board.columns else ""
        self.board, self._stacks = board, {}
        names = [column.name for column in board.columns]
        self.chosen_column = names.index(name) if name in names else self._first_filled()
        for place in [self.chosen_column, *range(len(names))]:
            cell = self._cell(place)
            at = next((at for at, card in enumerate(cell.cards if cell else ()) if card.ticket.id == wanted), None)
            if at is not None:
                self.chosen_column, self._cards[names[place]] = place, at
                break
        self._show()

    def _first_filled(self) -> int:
        columns = self.board.columns if self.board else ()
        return next((place for place, column in enumerate(columns) if column.matching), 0)

    def _cell(self, place: int) -> Cell | None:
        board = self.board
        return board.lanes[0].cells[place] if board and board.lanes and place < len(board.columns) else None

    @property
    def _column_name(self) -> str:
        return self.board.columns[self.chosen_column].name if self.board and self.board.columns else ""

    @property
    def _card(self) -> int:
        cell = self._cell(self.chosen_column)
        return max(0, min(self._cards.get(self._column_name, 0), len(cell.cards if cell else ()) - 1))

    def by_columns(self, count: int) -> None:
        """Go to another column."""
        self.chosen_column = max(0, min(self.chosen_column + count, len(self.board.columns if self.board else ()) - 1))
        self._show()

    def by_lines(self, count: int) -> None:
        """Choose another card of the column."""
        self._cards[self._column_name] = max(self._card + count, 0)
        self._show()

    def by_pages(self, count: int) -> None:
        """Go up or down by about a page of cards."""
        self.by_lines(count * max((self.size.height - _HEAD_LINES) // 4, 1))

    def to_end(self, *, last: bool) -> None:
        """Choose the first or the last card of the column."""
        cell = self._cell(self.chosen_column)
        self._cards[self._column_name] = len(cell.cards) - 1 if last and cell else 0
        self._show()

    def on_resize(self) -> None:
        """Lay the columns out again."""
        self._show()

    def _layout(self) -> tuple[int, int]:
        """Return how many columns fit, and how wide each is."""
        count = len(self.board.columns) if self.board else 0
        fits = max(min((self.size.width + _GAP) // (NARROWEST + _GAP), count), 1)
        return fits, max(min((self.size.width - _GAP * (fits - 1)) // fits, WIDEST), 1)

    def _stack(self, place: int, room: int) -> Stack:
        key = (self.board.columns[place].name if self.board else "", room)
        cell = self._cell(place)
        if key not in self._stacks and cell is not None:
            self._stacks[key] = Stack(cell, max(room - 2, 1))
        return self._stacks[key]

    def _show(self) -> None:
        """Scroll so that the chosen card is visible, and draw."""
        if self.board and self.board.columns and self.size.width and self.board.lanes:
            fits, room = self._layout()
            self._left = min(
                max(self._left, self.chosen_column - fits + 1), self.chosen_column, len(self.board.columns) - fits
            )
            self._left = max(self._left, 0)
            stack, card = self._stack(self.chosen_column, room), self._card
            height = max(self.size.height - _HEAD_LINES, 1)
            top = self._tops.get(self._column_name, 0)
            if card < len(stack.starts) - 1:
                top = max(min(top, stack.starts[card]), stack.starts[card + 1] - 1 - height, 0)
                top = min(top, stack.starts[card])
            self._tops[self._column_name] = top
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the visible columns."""
        board = self.board
        if board is None or not board.columns or not board.lanes:
            return Strip.blank(self.size.width)
        fits, room = self._layout()
        shown = range(self._left, min(self._left + fits, len(board.columns)))
        parts: list[Strip] = []
        for place in shown:
            parts += [Strip.blank(_GAP)] * bool(parts)
            parts.append(self._part(board.columns[place], place, y, room))
        return Strip.join(parts).adjust_cell_length(self.size.width)

    def _part(self, column: Column, place: int, y: int, room: int) -> Strip:
        is_here = place == self.chosen_column
        if y == 0:
            more = "‹" if place == self._left and place else " "
            return strip_of(((more, ""), *head_line(column, room - 1)), room)
        if y == 1:
            return strip_of(((("═" if is_here else "─") * room, "" if is_here else "quiet"),), room)
        stack, at = self._stack(place, room), y - _HEAD_LINES + self._tops.get(column.name, 0)
        if at >= len(stack.lines):
            return Strip.blank(room)
        is_chosen = is_here and stack.card_of[at] == self._card
        is_first = is_chosen and at == stack.starts[self._card]
        return strip_of((("› " if is_first else "  ", ""), *stack.lines[at]), room, is_chosen=is_chosen)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked card, open it if it is chosen already."""
        fits, room = self._layout()
        place = self._left + event.x // (room + _GAP)
        if self.board is None or place >= min(self._left + fits, len(self.board.columns)):
            return
        stack = self._stack(place, room)
        at = event.y - _HEAD_LINES + self._tops.get(self.board.columns[place].name, 0)
        card = stack.card_of[at] if 0 <= at < len(stack.card_of) else -1
        if card >= 0 and place == self.chosen_column and card == self._card:
            self.post_message(self.Opened())
        elif card >= 0:
            self.chosen_column = place
            self._cards[self._column_name] = card
            self._show()
