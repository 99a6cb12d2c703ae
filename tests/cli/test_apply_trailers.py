"""`tk apply-trailers`: the tickets that the commits of a range close, once and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from store_files import Result


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for ticket in ("pt-1", "pt-2", "pt-3", "pt-7f3k"):
        repository.tk.write(ticket, f"Ticket {ticket[3:]}")
    repository.commit_all("The tickets")
    repository.git("tag", "before")
    return repository


def commit(store: Repository, body: str, subject: str = "Work") -> str:
    """An empty commit; its id."""
    store.git("commit", "--quiet", "--allow-empty", "-m", f"{subject}\n\n{body}")
    return store.git("rev-parse", "HEAD")


def applied(store: Repository, *options: str, revisions: str = "before..HEAD") -> Result:
    return store.tk("apply-trailers", revisions, *options)


def statuses(store: Repository) -> dict[str, str | None]:
    return {ticket: store.tk.field(ticket, "status") for ticket in ("pt-1", "pt-2", "pt-3", "pt-7f3k")}


def test_the_tickets_that_commits_close_are_closed_in_one_commit(store: Repository) -> None:
    first = commit(store, "Closes: pt-1", "Mend the parser")
    commit(store, "Fixes: 7f3k, pt-1\nRefs: pt-2", "Mend it all")
    done = applied(store)
    assert done.code == 0
    assert done.lines[0] == f"Closed pt-1, named by {first[:10]} Mend the parser"
    assert statuses(store) == {"pt-1": "closed", "pt-2": "open", "pt-3": "open", "pt-7f3k": "closed"}
    assert (store.tk.field("pt-1", "resolution"), store.tk.field("pt-7f3k", "resolution")) == (None, "fixed")
    assert store.git("rev-list", "--count", "before..HEAD") == "3"
    message = store.git("log", "-1", "--format=%B")
    assert f"- pt-1 by {first[:10]} Mend the parser" in message
    assert "Tk-Command: close" in message


def test_a_second_run_changes_nothing(store: Repository) -> None:
    commit(store, "Closes: pt-1")
    applied(store)
    head = store.git("rev-parse", "HEAD")
    again = applied(store)
    assert (again.code, again.stdout) == (0, "")
    assert "pt-1 is closed already" in again.stderr
    assert store.git("rev-parse", "HEAD") == head


def test_a_ticket_reopened_since_stays_open(store: Repository) -> None:
    commit(store, "Closes: pt-1")
    applied(store)
    store.tk("reopen", "pt-1")
    again = applied(store)
    assert (again.code, "pt-1 was reopened since" in again.stderr) == (0, True)
    assert statuses(store)["pt-1"] == "open"
    commit(store, "Closes: pt-1")
    assert applied(store, revisions="HEAD~1..HEAD").code == 0
    assert statuses(store)["pt-1"] == "closed"


def test_a_commit_that_is_reverted_closes_nothing_until_the_revert_is(store: Repository) -> None:
    (store.folder / "a").write_text("1\n")
    store.git("add", "a")
    mended = commit(store, "Closes: pt-1")
    store.git("revert", "--no-edit", mended)
    assert applied(store).stdout == ""
    store.git("revert", "--no-edit", "HEAD")
    assert applied(store).code == 0
    assert statuses(store)["pt-1"] == "closed"


def test_a_dry_run_writes_nothing(store: Repository) -> None:
    commit(store, "Closes: pt-1")
    told = applied(store, "--dry-run")
    assert told.lines[0].startswith("Would close pt-1")
    assert (statuses(store)["pt-1"], store.git("status", "--porcelain")) == ("open", "")
    shown = json.loads(applied(store, "--dry-run", "--json").stdout)
    assert [one["id"] for one in shown["tickets"]] == ["pt-1"]


def test_what_cannot_be_closed_is_named_after_the_rest_is_done(store: Repository) -> None:
    rules = "statuses:\n  open: {class: open, transitions: [closed]}\n  held: {class: waiting, transitions: [open]}\n"
    (store.tk.store / "config.yml").write_text(f"{rules}  closed: done\n", "utf-8")
    store.tk.write("pt-2", status="held")
    (store.tk.store / "pt-3.md").write_text("---\nid: pt-3\n<<<<<<< HEAD\n", "utf-8")
    store.commit_all()
    commit(store, "Closes: pt-zzzz, pt-1, pt-2\nCloses: pt-3\n")
    done = applied(store)
    assert done.code == 3
    assert all(word in done.stderr for word in ("pt-zzzz", "cannot go from held", "pt-3.md"))
    assert statuses(store)["pt-1"] == "closed"
    assert applied(store).code == 3, "it is still so"


def test_words_and_resolutions_are_those_of_the_configuration(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("trailers.closing: {Ends: wontfix}\nresolutions: [wontfix]\n", "utf-8")
    store.commit_all()
    commit(store, "Ends: pt-1\nCloses: pt-2")
    assert applied(store).code == 0
    assert (statuses(store)["pt-2"], store.tk.field("pt-1", "resolution")) == ("open", "wontfix")
    (store.tk.store / "config.yml").write_text("resolutions: [wontfix]\n", "utf-8")
    store.commit_all()
    commit(store, "Fixes: pt-3")
    assert applied(store).code == 0, "a resolution that the store does not have is left out"
    assert store.tk.field("pt-3", "resolution") is None


@pytest.mark.parametrize(("revisions", "code"), [("HEAD", 2), ("..HEAD", 2), ("a...b", 2), ("nope..HEAD", 3)])
def test_a_range_that_is_none_is_refused(store: Repository, revisions: str, code: int) -> None:
    assert applied(store, revisions=revisions).code == code
    assert applied(store, revisions="--output=x").code == 2


def test_a_clone_too_shallow_for_the_range_is_refused(store: Repository, tmp_path: Path) -> None:
    commit(store, "Closes: pt-1")
    commit(store, "More")
    clone = tmp_path / "clone"
    store.git("clone", "--quiet", "--depth=1", f"file://{store.folder}", str(clone))
    store.git("-C", str(clone), "fetch", "--quiet", "--depth=1", "origin", "tag", "before")
    asked = store.tk("apply-trailers", "before..HEAD", cwd=clone)
    assert (asked.code, "shallow" in asked.stderr) == (5, True)
