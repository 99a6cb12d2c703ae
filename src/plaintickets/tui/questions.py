"""Small questions above a view: one of several, and yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from plaintickets.render.styled import styled
from plaintickets.tui.line_view import ChoiceView
from plaintickets.tui.styles import content_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

_CSS = """
    align: center middle;
    & > Vertical {
        width: 60; max-width: 100%; height: auto; max-height: 100%; border: solid ansi_default; padding: 0 1;
        background: ansi_default;
    }
    & Static { height: auto; }
"""


class Choice(ModalScreen[int | None]):
    """Asks for one of several words; the answer is its place, None for none."""

    DEFAULT_CSS = f"Choice {{ {_CSS} }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "by(-1)", "up", show=False),
        Binding("down,j,tab", "by(1)", "down", show=False),
        Binding("enter", "take", "take it", show=False),
        Binding("escape,q", "dismiss(None)", "none", show=False),
    ]

    def __init__(self, title: str, words: Sequence[str], cursor: int) -> None:
        super().__init__()
        self._title, self._words, self._cursor = title, words, cursor

    def compose(self) -> ComposeResult:
        """Return the title, the words and the keys."""
        with Vertical():
            yield Static(content_of([styled(self._title, "bold")]))
            yield ChoiceView()
            yield Static(content_of([styled("Enter takes it, Esc leaves it", "quiet")]))

    def on_mount(self) -> None:
        """Offer the words."""
        offered = self.query_one(ChoiceView)
        offered.styles.height = min(len(self._words), max(self.app.size.height - 6, 1))
        offered.offer(len(self._words), lambda place: styled(self._words[place]), self._cursor)

    def action_by(self, count: int) -> None:
        """Choose another word."""
        self.query_one(ChoiceView).by_lines(count)

    def action_take(self) -> None:
        """Answer with the chosen word."""
        self.dismiss(self.query_one(ChoiceView).cursor)

    def on_choice_view_opened(self) -> None:
        """Answer with the clicked word."""
        self.action_take()


class Confirm(ModalScreen[bool]):
    """Asks a question that y answers with yes, and any other key of the list with no."""

    DEFAULT_CSS = f"Confirm {{ {_CSS} }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", show=False),
        Binding("n,q,escape", "dismiss(False)", "no", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Return the question and its keys."""
        with Vertical():
            yield Static(content_of([styled(self._question, "bold")]))
            yield Static(content_of([styled("y yes, n no", "quiet")]))
