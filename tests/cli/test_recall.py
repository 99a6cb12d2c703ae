"""`tk search --history` and `--commits`: text that is gone is found, with the commits that brought and took it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from gitwork import git

if TYPE_CHECKING:
    from store_files import Tk


@pytest.fixture
@built_once
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
    assert store("search", "--commits", "gearbox", "--count").stdout == "2\n"
    git(store, "rm", "--quiet", ".tickets/pt-2.md")
    git(store, "commit", "--quiet", "-m", "Without the second")
    assert store("search", "--commits", "gearbox", "--count").stdout == "1\n"


def test_nothing_found_is_the_exit_code_asked_for_and_no_words_are_an_error(store: Tk) -> None:
    assert store("search", "--history", "absent", "--exit-code").code == 1
    assert store("search", "--commits", "absent", "--exit-code").code == 1
    assert store("search", "--history").code == 2
    assert store("search", "--history", "is:open").code == 2


def test_outside_a_repository_there_is_no_history(tk: Tk) -> None:
    tk.write("pt-1")
    assert tk("search", "--history", "text").code == 5


@pytest.fixture
@built_once
def told(store: Tk) -> Tk:
    """A history of three tickets: words that came and went, one ticket closed, one gone."""
    store.write("pt-3", "Winch jams", body="The winch jams on a cold morning.\n")
    git(store, "add", "-A")
    git(store, "commit", "--quiet", "-m", "A winch")
    store("comment", "pt-1", "zeppelin and winch")
    store("close", "pt-1")
    store("rm", "pt-3", "--force")
    return store


def texts(store: Tk, *words: str) -> list[tuple[str, str]]:
    found = json.loads(store("search", "--history", "--json", *words).stdout)
    return [(row["ticket"], row["field"]) for row in found["fragments"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["winch"], {("pt-3", "title"), ("pt-3", "body"), ("pt-1", "comment")}),
        (["winch", "zeppelin"], {("pt-1", "comment")}),
        (["zeppelin OR quagmire"], {("pt-1", "comment"), ("pt-1", "body")}),
        (["winch -jams"], {("pt-1", "comment")}),
        (["winch -(jams cold)"], {("pt-3", "title"), ("pt-1", "comment")}),
        (["title:winch"], {("pt-3", "title")}),
        (["comment:winch"], {("pt-1", "comment")}),
        (["winch is:closed"], {("pt-1", "comment")}),
        (["winch -is:closed"], set()),  # a ticket that is gone has no status to ask for
        (["winch", "--status", "closed"], {("pt-1", "comment")}),
        (["winhc~ zep*"], {("pt-1", "comment")}),
        (["id:pt-1 winch"], {("pt-1", "comment")}),
    ],
)
def test_the_past_takes_the_whole_language_of_queries(told: Tk, words: list[str], found: set[tuple[str, str]]) -> None:
    assert set(texts(told, *words)) == found


def test_the_past_is_counted_sorted_cut_and_named_by_file(told: Tk) -> None:
    assert told("search", "--history", "winch", "--count").stdout == "3\n"
    assert told("search", "--history", "winch", "--files").stdout == ".tickets/pt-1.md\n"
    assert texts(told, "winch", "--sort", "-field") == [("pt-3", "title"), ("pt-1", "comment"), ("pt-3", "body")]
    assert texts(told, "winch", "--sort", "-field", "--limit", "1") == [("pt-3", "title")]
    assert told("search", "--history", "winch", "--sort", "-").code == 2
    assert told("search", "--history", "winch", "--sort", "fiield").code == 3
    assert "priority:0" not in told("search", "--commits", "winch", "--sort", "subject,-date").stderr
    assert told("search", "--commits", "winch OR close", "--count").stdout == "3\n"
    assert told("search", "--commits", "close", "--files").stdout == ".tickets/pt-1.md\n"
    assert told("search", "--commits", "close is:closed", "--count").stdout == "1\n"
    assert told("search", "--commits", "close is:open", "--count").stdout == "0\n"
    assert told("search", "--commits", "tk -close winch", "--count").stdout == "1\n"
    subjects = [row["subject"] for row in json.loads(told("search", "--commits", "tk", "--json").stdout)["commits"]]
    by_date = json.loads(told("search", "--commits", "tk", "--sort", "date", "--json").stdout)["commits"]
    assert sorted(subjects) == sorted(row["subject"] for row in by_date)
    assert by_date == sorted(by_date, key=lambda row: row["date"])


def test_rewritten_history_is_searched_as_it_is_now(told: Tk) -> None:
    before = texts(told, "winch OR zeppelin OR quagmire")
    told("search", "--commits", "winch")
    git(told, "reset", "--quiet", "--hard", "HEAD~3")
    assert ("pt-1", "comment") not in texts(told, "winch OR zeppelin")
    assert told("search", "--commits", "close", "--count").stdout == "0\n"
    git(told, "reset", "--quiet", "--hard", "HEAD@{1}")
    assert texts(told, "winch OR zeppelin OR quagmire") == before
    assert told("search", "--commits", "close", "--count").stdout == "1\n"


def test_the_past_answers_the_same_whatever_became_of_its_index(told: Tk) -> None:
    asked = (("--history", "winch OR stops"), ("--commits", "tk OR tickets"), ("--history", "--all-branches", "winch"))
    before = [told("search", *words, "--json").stdout for words in asked]
    folder = told.folder / ".git" / "plaintickets" / "search"
    for ending in (".pst", ".trm", ".toc", "facts.col", ".state", "seals"):
        for path in [path for path in folder.iterdir() if path.name.endswith(ending)]:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert [told("search", *words, "--json").stdout for words in asked] == before
    for path in folder.iterdir():
        path.unlink()
    assert [told("search", *words, "--json").stdout for words in asked] == before
