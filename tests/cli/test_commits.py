"""`tk commits`: which commits of code speak of a ticket, and how."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    for ticket in ("pt-7f3k", "pt-1", "pt-12", "pt-1-2"):
        repository.tk.write(ticket)
    repository.commit_all("The tickets")
    return repository


_MOMENTS = iter(range(1, 100_000))


def commit(store: Repository, message: str) -> str:
    """An empty commit with a date later than those before; its subject."""
    store.tk.environment["GIT_AUTHOR_DATE"] = f"@{1_800_000_000 + next(_MOMENTS)} +0000"
    store.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-m", message)
    return message.partition("\n")[0]


def told(store: Repository, ticket: str, *options: str) -> list[tuple[str, str]]:
    """The strongest way and the subject of each commit."""
    asked = store.tk("commits", ticket, *options)
    assert asked.code == 0, asked.stderr
    return [(line.split()[2], line.split(None, 3)[3]) for line in asked.lines]


def test_a_commit_names_a_ticket_by_trailer_subject_or_body(store: Repository) -> None:
    commit(store, "One\n\nCloses: pt-7f3k\n")
    commit(store, "Two\n\nText.\n\nfixes: 7f3k\nSigned-off-by: A\n")
    commit(store, "Three\n\nRefs: pt-1, pt-7f3k\n")
    commit(store, "Four for pt-7f3k")
    commit(store, "Five\n\nSee what pt-7f3k says.\n")
    commit(store, "None\n\nCloses: pt-7f3x\n7f3k is a number\n")
    assert told(store, "7f3k") == [
        ("body", "Five"),
        ("subject", "Four for pt-7f3k"),
        ("refers", "Three"),
        ("closes", "Two"),
        ("closes", "One"),
    ]
    assert told(store, "7f3k", "-n", "1") == [("body", "Five")]


def test_an_id_within_a_longer_one_is_not_meant(store: Repository) -> None:
    commit(store, "About pt-12")
    commit(store, "About pt-1-2\n\nCloses: pt-12\n")
    assert told(store, "pt-1") == []
    commit(store, "About pt-1-2, and pt-1 too")
    assert told(store, "pt-1") == [("subject", "About pt-1-2, and pt-1 too")]
    assert len(told(store, "pt-1-2")) == 2


def test_a_renamed_ticket_keeps_the_commits_that_name_its_former_ids(store: Repository) -> None:
    commit(store, "One\n\nCloses: pt-7f3k\n")
    assert store.tk("mv", "pt-7f3k", "web-7f3k").code == 0
    commit(store, "Two\n\nRefs: web-7f3k\n")
    assert store.tk("mv", "web-7f3k", "web-new").code == 0
    commit(store, "Three for web-new")
    commit(store, "Another for web-newer and pt-7f3kx")
    expected = [("subject", "Three for web-new"), ("refers", "Two"), ("closes", "One")]
    assert told(store, "web-new") == expected
    # An id that is another ticket's now is no longer this one's.
    store.tk.write("pt-7f3k")
    store.commit_all("A ticket under the old id")
    assert [row for row in told(store, "web-new") if row[1] != "A ticket under the old id"] == expected[:2]


def test_the_words_are_those_of_the_configuration(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("trailers:\n  closing: [Done]\n  referring: [About]\n", "utf-8")
    commit(store, "One\n\nDone: pt-1\n")
    commit(store, "Two\n\nAbout: pt-1\n")
    commit(store, "Three\n\nCloses: pt-1\n")
    assert told(store, "pt-1") == [("body", "Three"), ("refers", "Two"), ("closes", "One")]


def test_the_commits_of_a_branch_named_after_a_ticket_are_its_commits(store: Repository) -> None:
    store.git("switch", "--quiet", "--create", "ada/pt-7f3k-last-line")
    first = commit(store, "Read on")
    store.git("switch", "--quiet", "main")
    assert told(store, "7f3k") == [("branch", first)]
    commit(store, "Meanwhile")
    store.git("merge", "--quiet", "--no-edit", "ada/pt-7f3k-last-line")
    merged = "Merge branch 'ada/pt-7f3k-last-line'"
    store.git("branch", "--quiet", "-D", "ada/pt-7f3k-last-line")
    assert sorted(told(store, "7f3k")) == sorted([("branch", merged), ("branch", first)])
    store.git("update-ref", "refs/remotes/origin/pt-12", commit_of(store))
    assert told(store, "pt-1") == []


def commit_of(store: Repository) -> str:
    """A commit that only a ref holds."""
    tree = store.git("rev-parse", "HEAD^{tree}")
    return store.git("commit-tree", "-p", "HEAD", "-m", "Elsewhere", tree)


def test_a_fetched_branch_counts_too(store: Repository) -> None:
    store.git("update-ref", "refs/remotes/origin/pt-12-x", commit_of(store))
    assert told(store, "pt-12") == [("branch", "Elsewhere")]


def test_commits_that_tk_made_are_not_code(store: Repository) -> None:
    store.tk("start", "pt-1")
    assert told(store, "pt-1") == []
    assert [way for way, _ in told(store, "pt-1", "--all")] == ["subject"]


def test_json_has_all_ways_and_a_control_character_stays_out_of_the_terminal(store: Repository) -> None:
    commit(store, "pt-1 \x1b[31mred\n\nCloses: pt-1\n")
    shown = json.loads(store.tk("commits", "pt-1", "--json").stdout)
    assert shown["commits"][0]["ways"] == ["closes", "subject"]
    assert (shown["id"], shown["complete"]) == ("pt-1", True)
    assert "\x1b" not in store.tk("commits", "pt-1").stdout


def test_it_reads_in_a_shallow_detached_clone_without_an_identity(store: Repository, tmp_path: Path) -> None:
    commit(store, "Old\n\nCloses: pt-1\n")
    commit(store, "New\n\nCloses: pt-1\n")
    clone = tmp_path / "clone"
    store.git("clone", "--quiet", "--depth=1", f"file://{store.folder}", str(clone))
    store.git("-C", str(clone), "checkout", "--quiet", "--detach")
    asked = store.tk("commits", "pt-1", cwd=clone, env={"GIT_CONFIG_GLOBAL": os.devnull})
    assert (asked.code, len(asked.lines)) == (0, 1)
    assert "shallow" in asked.stderr


def test_an_unknown_ticket_is_refused_and_an_unborn_branch_has_no_commits(store: Repository) -> None:
    assert store.tk("commits", "nope").code == 3
    assert store.tk("commits", "--output=x").code == 2
    store.git("switch", "--quiet", "--orphan", "fresh")
    store.tk.write("pt-1")
    assert told(store, "pt-1") == []
