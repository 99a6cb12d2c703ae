"""`tk branches`, and tickets as they were: `show ID@REV`, `ls --at`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """On `main` an open ticket; on `topic` it is closed, on `side` archived, on `old` it is not there yet."""
    tk = repository.tk
    repository.git("branch", "old")
    tk.write("pt-1", "Parser stops", body="Some text.\n")
    tk.write("pt-2", "Waits", deps="pt-1")
    repository.commit_all()
    repository.git("branch", "same")
    repository.git("tag", "v1")
    repository.git("switch", "--quiet", "-c", "topic")
    tk("close", "pt-1", "-r", "fixed")
    tk.write("pt-3", "Only there")
    repository.commit_all()
    repository.git("switch", "--quiet", "-c", "side")
    tk("rm", "pt-3", "--force")
    tk("archive", "pt-1")
    repository.git("switch", "--quiet", "main")
    return repository


def test_each_branch_is_told_in_which_the_ticket_is_another(store: Repository) -> None:
    assert store.tk("branches", "pt-1").lines == [
        "side   moved to archive/2026, closed as fixed",
        "topic  closed as fixed",
        "not in old",
    ]


def test_a_branch_that_is_merged_is_marked(store: Repository) -> None:
    store.git("merge", "--quiet", "topic")
    store.tk("reopen", "pt-1")
    assert "topic  closed as fixed  (merged)" in store.tk("branches", "pt-1").lines


def test_a_ticket_that_only_another_branch_has_is_found_by_its_id(store: Repository) -> None:
    done = store.tk("branches", "pt-3")
    assert done.lines[0] == "topic  opened: task, priority 2, text"
    assert done.lines[1].startswith("not in old, same")
    assert store.tk("branches", "pt-9").code == 3
    assert store.tk("branches", "../pt-9").code == 3


def test_branches_of_remotes_count(store: Repository) -> None:
    store.git("update-ref", "refs/remotes/origin/topic", "topic")
    store.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/topic")
    found = json.loads(store.tk("branches", "pt-1", "--json").stdout)["branches"]
    assert [(row["branch"], row["exists"], row["merged"], len(row["facts"])) for row in found] == [
        ("old", False, True, 0),
        ("same", True, True, 0),
        ("side", True, False, 2),
        ("topic", True, False, 1),
        ("origin/topic", True, False, 1),
    ]


def test_a_ticket_that_is_the_same_everywhere_is_said_to_be(store: Repository) -> None:
    store.git("branch", "-D", "side", "topic", "old")
    assert store.tk("branches", "pt-1").lines == ["pt-1 is the same in every branch"]


def test_what_a_branch_holds_is_shown_without_control_characters(store: Repository) -> None:
    store.git("switch", "--quiet", "topic")
    store.tk.write("pt-1", "\x1b]52;c;eA==\x07")
    store.commit_all()
    store.git("switch", "--quiet", "main")
    assert "\x1b" not in store.tk("branches", "pt-1").stdout


def test_a_ticket_is_shown_as_it_was_among_the_tickets_of_then(store: Repository) -> None:
    store.tk("close", "pt-1")
    now, then = store.tk("show", "pt-2"), store.tk("show", "pt-2@v1")
    assert "## Blockers" not in now.stdout
    assert "- pt-1 [open] Parser stops" in then.stdout
    both = json.loads(store.tk("show", "pt-1", "1@v1", "--json").stdout)["tickets"]
    assert [row["status"] for row in both] == ["closed", "open"]


def test_an_id_that_holds_the_sign_is_an_id(store: Repository) -> None:
    store.tk.write("pt@v1", "A strange id")
    assert "A strange id" in store.tk("show", "pt@v1").stdout


@pytest.mark.parametrize("word", ["pt-1@nope", "pt-9@v1", "pt-1@--output=x", "pt-1@"])
def test_what_was_not_there_is_refused(store: Repository, word: str) -> None:
    assert store.tk("show", word).code == 3


def test_listings_are_made_of_the_tickets_of_then(store: Repository) -> None:
    store.tk("close", "pt-1")
    assert store.tk("ready").lines == ["pt-2     [P2][open] - Waits"]
    assert store.tk("ready", "--at", "v1").lines == ["pt-1     [P2][open] - Parser stops"]
    assert store.tk("blocked", "--at", "v1").lines == ["pt-2     [P2][open] - Waits <- [pt-1]"]
    assert store.tk("closed", "--at", "topic").lines == ["pt-1     [closed] - Parser stops"]
    assert store.tk("ls", "--at", "v1", "Some text").lines == ["pt-1     [open] - Parser stops"]
    listed = json.loads(store.tk("ls", "--at", "topic", "--json").stdout)["tickets"]
    assert [row["id"] for row in listed] == ["pt-2", "pt-3"]


def test_a_commit_without_a_store_lists_nothing_and_says_so(store: Repository) -> None:
    store.git("switch", "--quiet", "--orphan", "empty")
    store.git("commit", "--quiet", "--allow-empty", "-m", "no store")
    store.git("switch", "--quiet", "main")
    done = store.tk("ls", "--at", "empty")
    assert (done.code, done.stdout) == (0, "")
    assert "no store at empty" in done.stderr
    assert store.tk("ls", "--at", "nope").code == 3


def test_problems_of_then_are_reported(store: Repository) -> None:
    (store.tk.store / "pt-2.md").write_text("broken\n")
    broken = store.commit_all()
    store.tk.write("pt-2", "Mended")
    done = store.tk("ls", "--at", broken)
    assert done.lines == ["pt-1     [open] - Parser stops"]
    assert ".tickets/pt-2.md:1: does not start with a line `---`" in done.stderr
