"""The keys, each once: what they do and in which views. The bindings, the help screen and the guide follow it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

LIST, BOARD, TICKET, SEARCH, FORM = "list", "board", "ticket", "search", "form"
VIEWS = (LIST, BOARD, TICKET, SEARCH)
_ROWS = (LIST, SEARCH)


class Key(NamedTuple):
    """Keys that do one thing: their names in Textual, their names for people, and the views that have them."""

    keys: str
    shown: str
    action: str
    views: tuple[str, ...]
    about: str


KEYS = (
    Key("up,k", "↑ k", "up", VIEWS, "up"),
    Key("down,j", "↓ j", "down", VIEWS, "down"),
    Key("left,h", "← h", "left", (BOARD,), "to the column on the left"),
    Key("right,l", "→ l", "right", (BOARD,), "to the column on the right"),
    Key("pageup", "PgUp", "page_up", VIEWS, "a page up"),
    Key("pagedown,space", "PgDn Space", "page_down", VIEWS, "a page down"),
    Key("home,g", "Home g", "first", VIEWS, "to the beginning"),
    Key("end,G", "End G", "last", VIEWS, "to the end"),
    Key("enter", "Enter", "open", (*_ROWS, BOARD), "open the ticket"),
    Key("slash", "/", "query", (LIST, BOARD, SEARCH), "go to the query line; Enter or ↓ leaves it"),
    Key("at", "@", "saved", (LIST, BOARD), "choose a saved query"),
    Key("a", "a", "every", (LIST,), "show closed tickets too, or hide them again"),
    Key("exclamation_mark", "!", "unreadable", (LIST,), "go to the files that cannot be read"),
    Key("b", "b", "board", (LIST, BOARD), "change between the list and the board of the query"),
    Key("s", "s", "columns", (BOARD,), "choose the field of the columns: status, assignee, priority or another"),
    Key("f", "f", "search", VIEWS, "search while you type"),
    Key("n", "n", "new", VIEWS, "create a ticket"),
    Key("e", "e", "edit", VIEWS, "edit the fields, the title and the text"),
    Key("c", "c", "comment", VIEWS, "write a comment, public or internal"),
    Key("m", "m", "move", VIEWS, "change the status"),
    Key("less_than_sign,shift+left", "< Shift+←", "move_left", (BOARD,), "move the card to the status on the left"),
    Key(
        "greater_than_sign,shift+right", "> Shift+→", "move_right", (BOARD,), "move the card to the status on the right"
    ),
    Key("x", "x", "close", VIEWS, "close the ticket, with a resolution and a comment"),
    Key("o", "o", "reopen", VIEWS, "reopen the ticket"),
    Key("t", "t", "claim", VIEWS, "take the ticket: assign it to you and start it"),
    Key("u", "u", "undo", VIEWS, "undo the last change, after a question"),
    Key("r", "r", "reload", VIEWS, "read everything again"),
    Key("question_mark,f1", "? F1", "help", VIEWS, "show the keys"),
    Key("q", "q", "leave", VIEWS, "go back, and from the first view leave"),
    Key("escape", "Esc", "back", VIEWS, "go back"),
    Key("tab", "Tab ↓", "next", (FORM,), "go to the next field; Shift+Tab or ↑ goes back"),
    Key("right", "→", "complete", (FORM,), "take the proposed value of a field"),
    Key("ctrl+s", "Ctrl+S", "save", (FORM,), "save: one commit"),
    Key("escape", "Esc", "leave", (FORM,), "leave without saving, after a question if you typed something"),
    Key(
        "ctrl+q",
        "Ctrl+Q",
        "quit",
        (*VIEWS, FORM),
        "leave from everywhere; what was typed and not saved is lost",
    ),
)
_BOUND_BY_WIDGETS = ("next", "complete", "quit")


def bindings(view: str) -> list[Binding]:
    """Return the bindings of a view."""
    return [
        Binding(key.keys, key.action, key.about, show=False)
        for key in KEYS
        if view in key.views and key.action not in _BOUND_BY_WIDGETS
    ]
