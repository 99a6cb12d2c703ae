"""What a person sees on a terminal of eighty columns, with colours and without."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from golden_store import compare, fill, normal

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository

COMMANDS = {
    "ls": ["ls", "--all"],
    "ready": ["ready"],
    "blocked": ["blocked"],
    "closed": ["closed"],
    "show": ["show", "pt-1aaa"],
    "diff": ["diff", "HEAD~2"],
    "log": ["log", "pt-1aaa"],
}


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    fill(repository)
    repository.tk("set", "pt-1aaa", "priority=1", "assignee=Bo Li")
    repository.tk("comment", "pt-1aaa", "Mended.")
    return repository


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("plain", [False, True], ids=["colour", "plain"])
def test_a_command_shows_what_its_golden_file_says(store: Repository, name: str, *, plain: bool) -> None:
    env = {"COLUMNS": "80", "PAGER": "cat"} | ({"NO_COLOR": "1"} if plain else {})
    shown = on_terminal(store.tk, *COMMANDS[name], env=env)
    assert shown.code == 0
    assert ("\x1b[" not in shown.text) or not plain
    text = normal(shown.text, store).replace("\x1b", "␛")
    compare(f"terminal/{name}{'-plain' if plain else ''}.txt", text)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ["ls", "ready", "blocked", "closed"])
def test_no_row_is_wider_than_the_terminal(store: Repository, name: str, columns: int) -> None:
    shown = on_terminal(store.tk, *COMMANDS[name], columns=columns)
    for row in re.sub(r"\x1b\[[\d;]*m", "", shown.text).splitlines():
        assert _columns(row) <= columns, row


def _columns(text: str) -> int:
    """The columns of a text, counted apart from the program's own way."""
    return sum(
        0 if unicodedata.category(sign) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(sign) in "FW" else 1
        for sign in text
    )


def test_a_control_sequence_in_a_title_is_shown_as_text(store: Repository) -> None:
    shown = on_terminal(store.tk, "closed", env={"NO_COLOR": "1"})
    assert "\x1b" not in shown.text
    assert r"\x1b[31m" in shown.text
