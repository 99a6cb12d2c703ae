"""What the views show: each screen of 80 columns and 24 lines is a golden file of plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from golden_store import DATES, compare, fill, normal

from built_once import built_once
from tui.driven import drive

if TYPE_CHECKING:
    from builders import Repository
    from tui.driven import Driven

SCREENS = {
    "list": ([], "open"),
    "board": (["b"], "board"),
    "columns": (["b", "s"], "Columns by"),
    "board-by-assignee": (["b", "s", "j", "enter"], "board by assignee"),
    "ticket": (["G", "k", "enter"], "History"),
    "edit": (["G", "k", "e"], "Ctrl+S"),
    "comment": (["c"], "internal"),
    "close": (["x"], "resolution"),
    "status": (["m"], "new status"),
    "type": (["n"], "Type of the new ticket"),
    "new": (["n", "enter"], "Ctrl+S"),
    "help": (["?"], "Keys"),
    "help-end": (["?", "pagedown", "pagedown"], "Ctrl+Q"),
    "list-closed-too": (["a"], "closed too"),
}
"""The keys that lead to each screen, and a text that it shows."""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    fill(repository)
    (repository.tk.store / "pt-bad.md").write_text("---\nstatus: [open\n---\n# Broken\n", encoding="utf-8")
    repository.commit_all("A file that cannot be read")
    repository.tk("set", "pt-1aaa", "priority=1", "assignee=Bo Li")
    repository.tk("comment", "pt-1aaa", "Fixed on a **branch**.")
    return repository


def test_the_screens_show_what_their_golden_files_say(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        for name, (keys, text) in SCREENS.items():
            await driven.press("g", *keys)
            await driven.until(text)
            compare(f"tui/{name}.txt", normal(driven.screen, store))
            while len(driven.app.screen_stack) > 2:
                await driven.press("escape")

    drive(store, steps)


def test_a_search_answers_while_it_is_typed(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("f")
        await driven.press(*"parser")
        await driven.until("found", "pt-")
        compare("tui/search.txt", normal(driven.screen, store))
        await driven.press("down", "enter")
        await driven.until("tk ui · pt-1aaa")
        await driven.press("escape")
        assert "Search  parser" in driven.screen

    drive(store, steps)


@pytest.mark.parametrize("size", [(40, 10), (200, 50)])
def test_no_size_of_the_screen_breaks_a_view(store: Repository, size: tuple[int, int]) -> None:
    async def steps(driven: Driven) -> None:
        for key in ("b", "l", "l", "q", "enter", "pagedown", "q", "e", "escape", "?", "q", "m", "escape", "f"):
            await driven.press(key)
            assert len(driven.lines) == size[1]
            assert max(map(len, driven.lines)) <= size[0]

    drive(store, steps, size=size)


def test_a_file_that_cannot_be_read_is_a_row_and_has_a_page(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        assert "1 unreadable (!)" in driven.lines[0]
        await driven.press("!")
        assert "pt-bad" in driven.chosen
        assert "cannot be read" in driven.chosen
        await driven.press("e")
        assert "no ticket is chosen" in driven.screen
        await driven.press("enter")
        await driven.until("pt-bad cannot be read", "status: [open")
        store.tk.write("pt-bad", "Repaired")
        await driven.until("Repaired")

    drive(store, steps)


def test_a_wrong_query_shows_its_advice_and_the_list_stays(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        before = driven.lines[2:6]
        await driven.press("/", *"asignee:me")
        await driven.until("assignee", "in the query")
        assert driven.lines[1] == "Query   asignee:me"
        assert driven.lines[2:6] == before
        await driven.press(*["backspace"] * len("asignee:me"))
        await driven.press(*"priority:3")
        await driven.until("1 ticket,")
        assert "in the query" not in driven.screen

    drive(store, steps)


def test_the_query_of_the_command_line_is_asked_first(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        assert driven.lines[1] == "Query   priority:3"
        assert "1 ticket" in driven.lines[0]
        await driven.press("b")
        await driven.until("board")
        assert driven.lines[1] == "Query   priority:3"

    drive(store, steps, "priority:3")


def test_a_saved_query_is_chosen_by_a_key(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("at")
        await driven.until("there are no saved queries")
        (store.tk.store / "config.yml").write_text("queries:\n  low: priority>=3\n", encoding="utf-8")
        await driven.press("r", "at")
        await driven.until("Saved query")
        await driven.press("enter")
        await driven.until("Query   @low", "1 ticket,")

    drive(store, steps)


def test_clocks_are_in_the_list_on_the_board_and_on_the_page(repository: Repository) -> None:
    (repository.tk.store / "sla.yml").write_text("- {name: usual, targets: {resolution: 1d}}\n", encoding="utf-8")
    repository.commit_all("policies")
    repository.tk("new", "Late", env={"TK_NOW": "2026-02-20T12:00:00Z", **DATES})

    async def steps(driven: Driven) -> None:
        assert re.search(r"Late +\d+d.* late", driven.screen), driven.screen
        await driven.press("enter")
        await driven.until("Clocks", "resolution", "late")
        await driven.press("q", "b")
        await driven.until("board", "late")

    drive(repository, steps)


def test_the_board_has_columns_by_other_fields_and_its_card_stays_chosen(store: Repository) -> None:
    async def steps(driven: Driven) -> None:
        await driven.press("b", "l")
        assert "pt-1aaa" in driven.chosen
        await driven.press("s", "j", "enter")
        await driven.until("board by assignee", "Bo Li (1)")
        assert "pt-1aaa" in driven.chosen
        assert re.findall(r"[\w. ]+ \(\d+\)", store.tk("board", "--by", "assignee").stdout)[0] in driven.screen
        await driven.press("l", ">")
        await driven.until("cards move between statuses; e edits the field assignee")
        store.tk("set", "pt-3ccc", "assignee=Ada")
        await driven.until("Ada (1)")
        await driven.press("s", "escape")
        assert "board by assignee" in driven.lines[0]
        await driven.press("s", "k", "enter")
        await driven.until("open (")
        assert "by assignee" not in driven.lines[0]

    drive(store, steps)


def test_an_archived_ticket_has_its_page(store: Repository) -> None:
    store.tk("archive", "pt-6fff")

    async def steps(driven: Driven) -> None:
        await driven.press("a", "/", *"id:pt-6fff", "enter")
        await driven.until("1 ticket,")
        await driven.press("enter")
        await driven.until("tk ui · pt-6fff", "archive/2026")

    drive(store, steps)


def test_an_empty_store_has_views_too(repository: Repository) -> None:
    async def steps(driven: Driven) -> None:
        assert "0 tickets" in driven.lines[0]
        for key in ("enter", "e", "j", "G", "pagedown", "!"):
            await driven.press(key)
        await driven.press("b")
        await driven.until("board", "open (0)")
        await driven.press("l", "j", ">", "enter")

    drive(repository, steps)
