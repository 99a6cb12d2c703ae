"""`tk rm`: gone for good from the folder, never from history, and no reference left dangling."""

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
    repository.tk.write("pt-1")
    repository.tk.write("pt-2", deps="pt-1, pt-3", more="parent: pt-1\n")
    repository.tk.write("pt-3", links="pt-1", more="duplicate-of: pt-1\n")
    repository.commit_all()
    return repository


def test_a_ticket_that_others_refer_to_is_kept(store: Repository) -> None:
    refused = store.tk("rm", "pt-1")
    assert refused.code == 3
    assert "pt-2 (deps), pt-2 (parent), pt-3 (duplicate-of), pt-3 (links)" in refused.stderr
    assert "--force" in refused.stderr
    assert (store.tk.store / "pt-1.md").exists()


def test_force_takes_the_references_away_too_in_one_commit_that_undo_takes_back(store: Repository) -> None:
    before = store.git("rev-parse", "HEAD^{tree}")
    done = store.tk("rm", "pt-1", "--force")
    assert done.lines == ["Removed pt-1", "  and the reference in pt-2", "  and the reference in pt-3"]
    assert store.tk.field("pt-2", "deps") == "[pt-3]"
    assert store.tk.field("pt-2", "parent") is None
    assert store.tk.field("pt-3", "links") == "[]"
    assert store.tk.field("pt-3", "duplicate-of") is None
    assert store.tk("undo").code == 0
    assert store.git("rev-parse", "HEAD^{tree}") == before


def test_ids_separated_by_commas_lose_only_the_one_that_goes(store: Repository) -> None:
    path = store.tk.write("pt-2")
    path.write_text(path.read_text().replace("deps: []", "deps: pt-1, pt-3"))
    store.tk("rm", "pt-1", "--force")
    assert store.tk.field("pt-2", "deps") == "[pt-3]"


def test_tickets_that_only_refer_to_one_another_go_together(store: Repository) -> None:
    done = store.tk("rm", "pt-3", "pt-2", "pt-1")
    assert (done.lines, done.code) == (["Removed pt-1", "Removed pt-2", "Removed pt-3"], 0)
    assert list(store.tk.store.glob("*.md")) == []


def test_a_ticket_named_twice_is_removed_once(store: Repository) -> None:
    shown = json.loads(store.tk("rm", "pt-2", "pt-2", "--json").stdout)
    assert (shown["removed"], shown["touched"]) == (["pt-2"], [])


def test_a_removed_ticket_is_in_the_log_and_nowhere_else(store: Repository) -> None:
    store.tk("rm", "pt-2")
    assert store.tk("show", "pt-2").code == 3
    assert "deleted: A ticket" in store.tk("log", "pt-2").stdout


def test_comments_in_files_of_their_own_go_with_their_ticket_and_come_back(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("format:\n  comments: files\n", encoding="utf-8")
    store.tk("comment", "pt-2", "Seen.")
    store.commit_all()
    before = store.git("rev-parse", "HEAD^{tree}")
    store.tk("rm", "pt-2")
    assert store.git("ls-files", ".tickets/pt-2.d") == ""
    store.tk("undo")
    assert store.git("rev-parse", "HEAD^{tree}") == before
    assert "Seen." in store.tk("show", "pt-2").stdout


def test_an_id_that_was_removed_or_renamed_never_names_another_ticket(store: Repository) -> None:
    for name in ("e-2", "e-23", "fix-null-pointer"):
        store.tk.write(name, name)
    store.commit_all()
    store.tk("rm", "e-2")
    gone = store.tk("close", "e-2")
    assert (gone.code, "was removed in" in gone.stderr) == (3, True)
    store.tk("mv", "e-23", "x-77")
    assert "is now x-77" in store.tk("set", "e-23", "priority=1").stderr
    for word in ("null", "true", "id"):
        assert store.tk("close", word).code == 3, word
    told = store.tk("close", "fix")
    assert (told.code, told.stderr) == (0, "note: fix is fix-null-pointer\n")
