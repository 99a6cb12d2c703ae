"""The application: its first view, the look at the store every second, and the end of what is our bug."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.filter import Monochrome, NoColor

from plaintickets.render.styled import styled
from plaintickets.tui.board_view import BoardView
from plaintickets.tui.help import HelpView
from plaintickets.tui.list_view import ListView
from plaintickets.tui.search_view import SearchView
from plaintickets.tui.store_thread import StoreThread
from plaintickets.tui.styles import Colourless, Harmless
from plaintickets.tui.ticket_view import TicketView
from plaintickets.tui.view import View
from plaintickets.write.signals import Interruption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Surroundings

LOOK_SECONDS = 1.0


class TicketsApp(App[None]):
    """The terminal interface of one store."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    #head, #foot { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    #note { height: auto; max-height: 14; }
    Input > .input--cursor, Input > .input--selection {
        background: ansi_default; color: ansi_default; text-style: reverse;
    }
    Input > .input--suggestion { text-style: dim underline; }
    Input > .input--placeholder { text-style: dim; }
    """

    def __init__(
        self,
        around: Surroundings,
        overrides: Mapping[str, str],
        query: str = "",
        *,
        has_colour: bool = True,
        has_rules: bool = True,
    ) -> None:
        super().__init__()
        self.theme = "ansi-dark"
        self.store = StoreThread(around, overrides, has_rules=has_rules)
        self._first_query = query
        # Textual's own filter for NO_COLOR makes grey of colours, and stops at text without a style.
        self._filters = [one for one in self._filters if not isinstance(one, Monochrome | NoColor)]
        self._filters.append(Harmless())
        if not has_colour:
            self._filters.append(Colourless())
        self.bug: Exception | None = None
        self._loop_of_keys: asyncio.AbstractEventLoop | None = None

    def on_mount(self) -> None:
        """Show the list, and look at the store every second from now on."""
        self._loop_of_keys = asyncio.get_running_loop()
        self.push_screen(ListView(self._first_query))
        self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        screen = self.screen
        if isinstance(screen, View):
            screen.do(screen.look, group="look")

    def open_board(self, query: str) -> None:
        """Show the board of a query."""
        self.push_screen(BoardView(query))

    def open_help(self) -> None:
        """Show the keys."""
        self.push_screen(HelpView())

    def open_search(self) -> None:
        """Search while somebody types."""
        self.push_screen(SearchView())

    def open_ticket(self, ticket: Ticket) -> None:
        """Show a ticket, or the file that should be one."""
        self.push_screen(TicketView(ticket))

    def is_first(self, view: View) -> bool:
        """Tell whether no other view is below a view."""
        return self.screen_stack[1:2] == [view]

    def stop(self) -> None:
        """End as soon as possible; this may be called at any moment, by a signal."""
        if self._loop_of_keys is not None and not self._loop_of_keys.is_closed():
            self._loop_of_keys.call_soon_threadsafe(self.exit)

    def action_help_quit(self) -> None:
        """Say how to leave, if Ctrl-C is pressed."""
        if isinstance(self.screen, View):
            self.screen.tell(styled("q goes back, Ctrl+Q leaves"))

    def _fatal_error(self) -> None:
        """End without a traceback; the command reports the bug."""
        self.bug = self._exception
        self._close_messages_no_wait()


def run(
    around: Surroundings, overrides: Mapping[str, str], query: str, *, has_colour: bool, has_rules: bool = True
) -> None:
    """Show the store until its user leaves, or a signal asks to end: the terminal is restored and a change is finished.

    Raise what was our bug.
    """
    app = TicketsApp(around, overrides, query, has_colour=has_colour, has_rules=has_rules)
    interruption = Interruption(app.stop)
    interruption.hold()
    try:
        app.run()
    finally:
        app.store.close()
        interruption.release()
    interruption.raise_late()
    bug = app.bug or app.store.bug
    if bug is not None:
        raise bug
