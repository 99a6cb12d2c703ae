"""The table of keys is the truth: every view has its actions, and the help screen and the guide say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from architecture.sources import ROOT
from plaintickets.tui.board_view import BoardView
from plaintickets.tui.forms import Form
from plaintickets.tui.help import views_of
from plaintickets.tui.keys import BOARD, FORM, KEYS, LIST, SEARCH, TICKET, bindings
from plaintickets.tui.list_view import ListView
from plaintickets.tui.search_view import SearchView
from plaintickets.tui.ticket_view import TicketView

if TYPE_CHECKING:
    from textual.screen import Screen

SCREENS: dict[str, type[Screen[None]]] = {
    BOARD: BoardView,
    FORM: Form,
    LIST: ListView,
    SEARCH: SearchView,
    TICKET: TicketView,
}


@pytest.mark.parametrize("view", SCREENS)
def test_a_view_binds_the_keys_of_the_table_and_has_their_actions(view: str) -> None:
    screen = SCREENS[view]
    assert [vars(one) for one in screen.BINDINGS] == [vars(one) for one in bindings(view)]
    for one in bindings(view):
        assert hasattr(screen, f"action_{one.action}"), one.action


@pytest.mark.parametrize("view", SCREENS)
def test_no_key_means_two_things_in_a_view(view: str) -> None:
    keys = [key for one in bindings(view) for key in one.key.split(",")]
    assert sorted(set(keys)) == sorted(keys)


def test_the_guide_has_the_table_of_the_program() -> None:
    guide = (ROOT / "docs/guide/terminal-ui.md").read_text("utf-8")
    rows = [f"| {key.shown} | {views_of(key.views)} | {key.about} |" for key in KEYS]
    start = guide.index("| keys | where |")
    found = guide[start:].split("\n\n")[0].splitlines()[2:]
    assert found == [row.replace("| / |", "| `/` |") for row in rows], "\n".join(rows)
