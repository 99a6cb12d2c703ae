"""A view with a query line, which is asked while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widgets import Input, Static

from plaintickets.render.styled import styled
from plaintickets.tui.questions import Choice
from plaintickets.tui.styles import content_of
from plaintickets.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

PAUSE_SECONDS = 0.15
"""How long nothing is typed before a query is asked."""


class QueryLine(Input):
    """The input of a query; Enter, ↓ and Esc leave it."""

    def __init__(self, value: str, placeholder: str) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False


class QueryView(View):
    """A view with a query line above it."""

    DEFAULT_CSS = """
    QueryView #query { height: 1; }
    QueryView #query Static { width: 8; }
    QueryView QueryLine { width: 1fr; }
    """
    LABEL = "Query"
    PLACEHOLDER = "for example: assignee:me priority<=1 login"

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self.query_text = query
        self._pause: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """Return the query line."""
        with Horizontal(id="query"):
            yield Static(content_of([styled(self.LABEL)]))
            yield QueryLine(self.query_text, self.PLACEHOLDER)

    @property
    def line(self) -> QueryLine:
        """Return the query line."""
        return self.query_one(QueryLine)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask the query after a short pause."""
        if event.value == self.query_text:
            return
        self.query_text = event.value
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, self.asked)

    def asked(self) -> None:
        """Ask the query that was typed."""
        self.tell()
        self.load()

    def on_input_submitted(self) -> None:
        """Go to the tickets."""
        self.main().focus()

    def on_key(self, event: events.Key) -> None:
        """Leave the query line with ↓ and Esc."""
        if self.focused is self.line and event.key in ("down", "escape"):
            event.stop()
            event.prevent_default()
            self.main().focus()

    def action_saved(self) -> None:
        """Choose a saved query."""
        self.do(self._choose_saved)

    async def _choose_saved(self) -> None:
        names = await self.ask(lambda project: sorted(project.config.queries))
        if names is None:
            return
        if not names:
            self.tell(styled("there are no saved queries; `queries` in the settings names some"))
            return

        def chosen(place: int | None) -> None:
            if place is not None:
                self.line.value = f"@{names[place]}"

        self.app.push_screen(Choice("Saved query", names, 0), chosen)

    def action_query(self) -> None:
        """Go to the query line."""
        self.line.focus()

    def action_open(self) -> None:
        """Open the chosen ticket."""
        ticket = self.chosen()
        if ticket is not None:
            self.tickets_app.open_ticket(ticket)
