"""Long lists: only the lines on the screen are made, wherever the cursor is."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from builders import NOW
from plaintickets.core.ticket import Ticket
from plaintickets.render.list_columns import Facts, Row
from plaintickets.render.list_table import ListTable
from plaintickets.render.listing import Terminal
from plaintickets.render.styled import plain, styled
from plaintickets.tui.line_view import ChoiceView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from plaintickets.render.styled import Styled

ROWS = 10_000
LINES = 24


class Lines(App[None]):
    """A list of many lines that remembers which of them were made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []

    def compose(self) -> ComposeResult:
        yield ChoiceView()

    def on_mount(self) -> None:
        self.query_one(ChoiceView).offer(ROWS, self._line, 0)

    def _line(self, place: int) -> Styled:
        self.made.append(place)
        return styled(f"line {place}")


def test_a_key_in_a_long_list_makes_no_more_lines_than_the_screen_has() -> None:
    async def run() -> None:
        app = Lines()
        async with app.run_test(size=(80, LINES)) as pilot:
            await pilot.pause()
            view = app.query_one(ChoiceView)
            moves: list[Callable[[], None]] = [
                partial(view.by_lines, 1), partial(view.by_pages, 1), partial(view.to_end, last=True),
                partial(view.by_pages, -1), partial(view.by_lines, -1), partial(view.to_end, last=False),
            ]  # fmt: skip
            for move in moves:
                app.made.clear()
                move()
                await pilot.pause()
                assert app.made
                assert len(set(app.made)) <= LINES
                assert view.cursor in range(round(view.scroll_offset.y), round(view.scroll_offset.y) + LINES)
            view.to_end(last=True)
            assert view.cursor == ROWS - 1

    asyncio.run(run())


def test_a_sample_of_the_rows_lays_a_list_out_as_all_of_them_do() -> None:
    keys: list[dict[str, str]] = [{"status": "open", "priority": str(number % 5)} for number in range(1000)]
    rows = [Row(Ticket(f"aa-{n:04}", f"aa-{n:04}.md", {**keys[n]}, f"Title {n:04}")) for n in range(1000)]
    facts = Facts(datetime.fromisoformat(NOW), {"open": "open"}, lambda _: ())
    terminal = Terminal(80, LINES, lambda text, _: text)
    sampled, whole = ListTable(rows, facts, terminal, sample=50), ListTable(rows, facts, terminal)
    assert [plain(sampled.styled_line(row)) for row in rows] == list(whole.lines(rows))
    assert plain(sampled.styled_headings()) == whole.headings()
