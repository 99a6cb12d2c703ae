"""The board of a query: cards in columns by a field; keys move them between statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from plaintickets.actions.board import board_fields
from plaintickets.render.styled import styled
from plaintickets.tui import changes, keys, pages
from plaintickets.tui.board_grid import BoardGrid
from plaintickets.tui.query_view import QueryView
from plaintickets.tui.questions import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from plaintickets.core.board import Board
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


STATUS = "status"


class BoardView(QueryView):
    """The cards of a query."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.BOARD)]
    FOOT = "? keys  Enter open  < > move  s columns  / query  c comment  b list  q back"

    def __init__(self, query: str = "") -> None:
        super().__init__(query)
        self._field = STATUS

    def body(self) -> Iterable[Widget]:
        """Return the query line and the board."""
        yield from super().body()
        yield BoardGrid()

    def main(self) -> BoardGrid:
        """Return the board."""
        return self.query_one(BoardGrid)

    def on_mount(self) -> None:
        """Begin in the board."""
        super().on_mount()
        self.main().focus()

    def chosen(self) -> Ticket | None:
        """Return the ticket of the chosen card."""
        return self.main().ticket

    def read(self, project: Project) -> tuple[Board, str, int]:
        """Return the board, the name of the project and how many files cannot be read."""
        found = pages.board_of(project, self.query_text.strip(), self._field)
        return found, project.repository_name, len(project.reading.broken)

    def put(self, found: tuple[Board, str, int]) -> None:
        """Show the board; the chosen card stays chosen, wherever it is now."""
        board, name, broken = found
        self.main().put(board)
        total = sum(column.matching for column in board.columns)
        right = f"{total:,} ticket{'s' * (total != 1)}" + (f", {broken} unreadable" if broken else "")
        by = "" if board.field == STATUS else f" by {board.field}"
        self.head(f"tk ui · {name} · board{by}", right)

    def action_columns(self) -> None:
        """Choose the field of the columns."""
        self.do(self._choose_columns)

    async def _choose_columns(self) -> None:
        names = await self.ask(board_fields)
        if names is None:
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self._field = names[place]
                self.tell()
                self.load()

        at = names.index(self._field) if self._field in names else 0
        self.app.push_screen(Choice("Columns by", names, at), chosen)

    def action_left(self) -> None:
        """Go to the column on the left."""
        self.main().by_columns(-1)

    def action_right(self) -> None:
        """Go to the column on the right."""
        self.main().by_columns(1)

    def action_move_left(self) -> None:
        """Move the card to the column on the left."""
        self._move_by(-1)

    def action_move_right(self) -> None:
        """Move the card to the column on the right."""
        self._move_by(1)

    def _move_by(self, count: int) -> None:
        grid = self.main()
        ticket, place = grid.ticket, grid.chosen_column + count
        if ticket is None or grid.board is None:
            self.tell(styled("no card is chosen", "urgent"))
        elif grid.board.field != STATUS:
            self.tell(styled(f"cards move between statuses; e edits the field {grid.board.field}", "urgent"))
        elif not 0 <= place < len(grid.board.columns):
            self.tell(styled("there is no column on that side", "urgent"))
        else:
            status = grid.board.columns[place].name
            self.do(lambda: self._move_to(ticket, status))

    async def _move_to(self, ticket: Ticket, status: str) -> None:
        await self.change(lambda project: changes.status(project, ticket, status))

    def action_board(self) -> None:
        """Go back to the list."""
        self.action_leave()

    def on_board_grid_opened(self) -> None:
        """Open the clicked card."""
        self.action_open()
