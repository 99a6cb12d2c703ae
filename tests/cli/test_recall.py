"""`tk search --history` and `--commits`: text that is gone is found, with the commits that brought and took it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitwork import git

if TYPE_CHECKING:
    from store_files import Tk


@pytest.fixture
def store(tk: Tk) -> Tk:
    git(tk, "init", "--quiet")
    tk.write("pt-1", "Reader stops", body="The reader stops at the quagmire.\n\nIt should not.\n")
    tk.write("pt-2", "Other")
    git(tk, "add", "-A")
    git(tk, "commit", "--quiet", "-m", "Two tickets")
    return tk


def test_text_that_was_deleted_long_ago_is_found_with_the_commit_that_removed_it(store: Tk) -> None:
    store.write("pt-1", "Reader stops", body="It should not.\n")
    store("commit", "--message", "Shorter text")
    removed = git(store, "rev-parse", "HEAD")
    for number in range(12):
        store("set", "pt-2", f"priority={number % 5}")
    assert store("search", "quagmire").stdout == ""
    found = json.loads(store("search", "--history", "quagmire", "--json").stdout)
    assert found["complete"] is True
    (fragment,) = found["fragments"]
    assert (fragment["ticket"], fragment["field"]) == ("pt-1", "body")
    assert fragment["added"]["subject"] == "Two tickets"
    assert fragment["removed"]["commit"] == removed
    line = store("search", "--history", "quagmire").lines[0]
    assert line.startswith("pt-1 body  from ")
    assert f"until {fragment['removed']['date'][:10]} {removed[:10]} Ada Lovelace" in line


def test_what_stands_still_and_other_endings_of_a_word_are_found(store: Tk) -> None:
    assert "still there" in store("search", "--history", "quagmires").stdout
    assert "still there" in store("search", "--history", '"stops at the"').stdout
    assert "still there" in store("search", "--history", "quag*").stdout
    assert store("search", "--history", "mire").stdout == ""
    assert store("search", "--history", "quagmire absent").stdout == ""


def test_another_branch_is_searched_when_asked_for(store: Tk) -> None:
    git(store, "switch", "--quiet", "-c", "side")
    store("comment", "pt-2", "zeppelin on the side")
    git(store, "switch", "--quiet", "-")
    assert store("search", "--history", "zeppelin").stdout == ""
    assert "pt-2 comment" in store("search", "--history", "--all-branches", "zeppelin").stdout


def test_messages_of_commits_that_touch_or_name_tickets_are_found(store: Tk) -> None:
    git(store, "commit", "--quiet", "--allow-empty", "-m", "Fix the gearbox, see pt-2.")
    git(store, "commit", "--quiet", "--allow-empty", "-m", "A gearbox of no ticket")
    store("close", "pt-1", "--commit-message", "gearbox goes")
    found = json.loads(store("search", "--commits", "GEARBOX", "--json").stdout)
    assert [commit["tickets"] for commit in found["commits"]] == [["pt-1"], ["pt-2"]]


def test_nothing_found_is_the_exit_code_asked_for_and_no_words_are_an_error(store: Tk) -> None:
    assert store("search", "--history", "absent", "--exit-code").code == 1
    assert store("search", "--commits", "absent", "--exit-code").code == 1
    assert store("search", "--history").code == 2
    assert store("search", "--history", "is:open").code == 2


def test_outside_a_repository_there_is_no_history(tk: Tk) -> None:
    tk.write("pt-1")
    assert tk("search", "--history", "text").code == 5
