"""`tk merge-into`: nothing lost, references redirected, circles refused, and one undo."""

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
    for ticket in ("pt-1", "pt-2", "pt-3", "pt-4", "pt-5"):
        repository.tk.write(ticket, title=f"Ticket {ticket[-1]}")
    repository.commit_all()
    return repository


def field(store: Repository, ticket: str, name: str) -> str | None:
    return store.tk.field(ticket, name)


def test_the_duplicate_is_a_closed_stub_and_the_other_takes_over(store: Repository) -> None:
    store.tk.write("pt-1", title="One", deps="pt-3", links="pt-5", more="tags: [a, b]\nreporter: Bo\n")
    store.tk.write("pt-5", links="pt-1")
    store.tk.write("pt-2", title="Two", more="tags: [b, c]\n")
    store.tk.write("pt-4", deps="pt-1, pt-3", more="parent: pt-1\n")
    store.commit_all()
    before = store.git("rev-parse", "HEAD^{tree}")
    store.tk("comment", "pt-1", "Seen here too.")
    commented = store.git("rev-parse", "HEAD^{tree}")
    done = store.tk("merge-into", "1", "--into", "2")
    assert (done.stdout, done.code) == ("Merged pt-1 into pt-2\n", 0)
    assert [field(store, "pt-1", name) for name in ("status", "resolution", "duplicate-of", "closed")] == [
        *("closed", "duplicate", "pt-2", "2026-03-01T12:00:00Z")
    ]
    assert field(store, "pt-2", "tags") == "[b, c, a]"
    assert field(store, "pt-2", "deps") == "[pt-3]"
    assert (field(store, "pt-2", "links"), field(store, "pt-5", "links")) == ("[pt-5]", "[pt-2]")
    assert field(store, "pt-1", "links") == "[]"
    assert (field(store, "pt-4", "deps"), field(store, "pt-4", "parent")) == ("[pt-2, pt-3]", "pt-2")
    text = store.tk.text("pt-2")
    assert "Duplicate pt-1: One\nReported by Bo.\n1 comment there: `tk show pt-1`." in text
    assert "Seen here too." in store.tk.text("pt-1")
    assert store.git("rev-list", "--count", "HEAD") == "5"
    store.tk("undo")
    assert store.git("rev-parse", "HEAD^{tree}") == commented
    store.tk("undo")
    assert store.git("rev-parse", "HEAD^{tree}") == before


def test_comments_may_be_copied_with_their_dates_and_authors(store: Repository) -> None:
    store.tk("comment", "pt-1", "Seen here too.", env={"TK_NOW": "2026-02-01T00:00:00Z"})
    store.tk("merge-into", "1", "--into", "2", "--copy-comments")
    assert "**2026-02-01T00:00:00Z** · Ada Lovelace\n\nSeen here too.\n\n(from pt-1)\n" in store.tk.text("pt-2")


def test_duplicates_that_refer_to_one_another_leave_no_trace_of_that_in_the_target(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    store.tk("link", "pt-1", "pt-2", "pt-3")
    assert store.tk("merge-into", "1", "2", "--into", "4").code == 0
    assert (field(store, "pt-4", "deps"), field(store, "pt-4", "links")) == ("[]", "[pt-3]")
    assert field(store, "pt-3", "links") == "[pt-4]"
    assert store.tk("dep", "cycle").stdout == "No dependency cycles found\n"
    assert "one-sided" not in store.tk("doctor").stdout


def test_ids_separated_by_commas_keep_the_others(store: Repository) -> None:
    path = store.tk.write("pt-3")
    path.write_text(path.read_text().replace("deps: []", "deps: pt-1, pt-5"))
    store.tk("merge-into", "1", "--into", "2")
    assert field(store, "pt-3", "deps") == "[pt-2, pt-5]"


def test_a_merge_that_would_make_the_target_wait_for_itself_is_refused(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    store.tk("dep", "pt-2", "pt-3")
    head = store.git("rev-parse", "HEAD")
    refused = store.tk("merge-into", "3", "--into", "1")
    assert refused.code == 3
    assert "pt-1 -> pt-2 -> pt-1" in refused.stderr
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")


def test_a_dependency_between_the_two_is_dropped(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    assert store.tk("merge-into", "2", "--into", "1").code == 0
    assert field(store, "pt-1", "deps") == "[]"


def test_a_chain_of_duplicates_ends_in_the_last_and_all_point_there(store: Repository) -> None:
    store.tk("merge-into", "1", "--into", "2")
    store.tk("merge-into", "2", "--into", "3")
    assert field(store, "pt-1", "duplicate-of") == "pt-3"
    assert store.tk("merge-into", "4", "--into", "2").stdout == "Merged pt-4 into pt-3\n"
    assert field(store, "pt-4", "duplicate-of") == "pt-3"
    assert "already" in store.tk("merge-into", "4", "--into", "2").stderr


def test_itself_and_circles_of_duplicates_are_refused(store: Repository) -> None:
    store.tk("merge-into", "1", "--into", "2")
    assert "duplicate of itself" in store.tk("merge-into", "2", "--into", "1").stderr
    assert "duplicate of itself" in store.tk("merge-into", "3", "--into", "3").stderr
    store.tk.write("pt-4", more="duplicate-of: pt-5\n")
    store.tk.write("pt-5", more="duplicate-of: pt-4\n")
    refused = store.tk("merge-into", "3", "--into", "4")
    assert (refused.code, "in a cycle" in refused.stderr) == (3, True)


def test_a_dry_run_shows_every_change_and_makes_none(store: Repository) -> None:
    head = store.git("rev-parse", "HEAD")
    shown = store.tk("merge-into", "1", "--into", "2", "--dry-run")
    assert shown.lines[-1] == "Would merge pt-1 into pt-2"
    assert "pt-1 duplicate-of: (none) -> pt-2" in shown.lines
    found = json.loads(store.tk("merge-into", "1", "--into", "2", "--dry-run", "--json").stdout)
    assert (found["commit"], found["into"], found["duplicates"]) == (None, "pt-2", ["pt-1"])
    assert {change["field"] for change in found["changes"]} == {"duplicate-of", "status", "closed", "resolution"}
    assert (store.git("rev-parse", "HEAD"), store.git("status", "--porcelain")) == (head, "")
