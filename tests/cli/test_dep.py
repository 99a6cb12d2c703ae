"""`tk dep`, `undep`, `link`, `unlink`, `blockers`, `ready`, `blocked`: relations, and what cannot be looked at."""

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
    for ticket in ("pt-1", "pt-2", "pt-3", "pt-4"):
        repository.tk.write(ticket, title=f"Ticket {ticket[-1]}")
    repository.commit_all()
    return repository


def break_ticket(store: Repository, ticket: str) -> None:
    (store.tk.store / f"{ticket}.md").write_text(f"---\nid: {ticket}\nstatus: open\nstatus: closed\n---\n# Twice\n")


def test_each_dependency_is_told_apart_from_one_that_is_there(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    done = store.tk("dep", "1", "2", "3", "3")
    assert done.lines == ["Added dependency: pt-1 -> pt-3", "Dependency already exists"]
    assert store.diff_lines() == ["-deps: [pt-2]", "+deps: [pt-2, pt-3]"]


def test_only_what_was_taken_away_is_said_to_be(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2", "pt-3")
    done = store.tk("undep", "pt-1", "pt-2", "pt-4")
    assert done.lines == ["Removed dependency: pt-1 -/-> pt-2", "Dependency not found: pt-4"]
    refused = store.tk("undep", "pt-1", "pt-4")
    assert (refused.stdout, refused.code) == ("Dependency not found\n", 3)


def test_a_circle_is_refused_when_it_would_be_made_and_shown_whole(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    store.tk("dep", "pt-2", "pt-3")
    refused = store.tk("dep", "pt-3", "pt-1")
    assert refused.code == 3
    assert "pt-3 -> pt-1 -> pt-2 -> pt-3" in refused.stderr
    assert "cannot depend on itself" in store.tk("dep", "pt-1", "pt-1").stderr
    assert store.git("status", "--porcelain") == ""


def test_a_circle_that_is_there_is_found_and_nothing_hangs(store: Repository) -> None:
    store.tk.write("pt-1", deps="pt-2")
    store.tk.write("pt-2", deps="pt-1")
    assert store.tk("dep", "cycle").lines[0] == "Cycle 1: pt-1 -> pt-2 -> pt-1"
    assert json.loads(store.tk("dep", "cycle", "--json").stdout)["cycles"] == [["pt-1", "pt-2"]]
    assert store.tk("dep", "tree", "pt-1").lines == ["pt-1 [open] A ticket", "└── pt-2 [open] A ticket"]
    assert store.tk("dep", "tree", "--full", "pt-1").code == 0
    assert store.tk("blockers", "pt-1").code == 1
    assert store.tk("dep", "pt-3", "pt-1").code == 0


def test_a_tree_names_what_is_missing_and_fails_on_what_cannot_be_read(store: Repository) -> None:
    store.tk.write("pt-1", deps="pt-gone, pt-2")
    shown = store.tk("dep", "tree", "pt-1")
    assert (shown.code, len(shown.lines)) == (0, 2)
    assert "pt-gone is missing" in shown.stderr
    break_ticket(store, "pt-2")
    for words in (["dep", "tree", "pt-1"], ["dep", "tree", "pt-1", "--json"]):
        assert store.tk(*words).code == 4


def test_blockers_answers_yes_no_or_that_nobody_can_tell(store: Repository) -> None:
    assert (store.tk("blockers", "pt-1").stdout, store.tk("blockers", "pt-1").code) == ("", 0)
    store.tk("dep", "pt-1", "pt-2", "pt-3")
    asked = store.tk("blockers", "pt-1", "pt-4")
    assert (asked.lines, asked.code) == (["pt-2 [open] Ticket 2", "pt-3 [open] Ticket 3"], 1)
    store.tk("close", "pt-2", "pt-3")
    assert store.tk("blockers", "pt-1").code == 0
    assert store.tk("blockers", "nope").code == 3
    break_ticket(store, "pt-2")
    broken = store.tk("blockers", "pt-1")
    assert broken.code == 4
    assert ".tickets/pt-2.md:4" in broken.stderr
    (store.tk.store / "pt-2.md").unlink()
    missing = store.tk("blockers", "pt-1")
    assert (missing.code, "tk undep" in missing.stderr) == (4, True)


def test_ready_and_blocked_count_what_cannot_be_read_as_blocked_and_say_so(store: Repository) -> None:
    store.tk("dep", "pt-1", "pt-2")
    break_ticket(store, "pt-2")
    ready = store.tk("ready")
    assert (ready.code, [row.split()[0] for row in ready.lines]) == (4, ["pt-3", "pt-4"])
    blocked = store.tk("blocked")
    assert (blocked.code, blocked.lines) == (4, ["pt-1     [P2][open] - Ticket 1 <- [pt-2]"])
    assert store.tk("ls").code == 0
    assert store.tk("ready", "id:pt-3").code == 0


def test_a_missing_dependency_blocks_without_failing(store: Repository) -> None:
    store.tk.write("pt-1", deps="pt-gone")
    assert "pt-1" not in store.tk("ready").stdout
    assert store.tk("blocked").lines == ["pt-1     [P2][open] - A ticket <- [pt-gone]"]


def test_links_stand_on_both_sides_and_go_from_both(store: Repository) -> None:
    assert store.tk("link", "1", "2", "3").stdout == "Added 6 link(s) between 3 tickets\n"
    assert store.tk("link", "pt-1", "pt-3").stdout == "All links already exist\n"
    assert store.tk("unlink", "pt-3", "pt-1").stdout == "Removed link: pt-3 <-> pt-1\n"
    assert [store.tk.field(ticket, "links") for ticket in ("pt-1", "pt-2", "pt-3")] == [
        "[pt-2]",
        "[pt-1, pt-3]",
        "[pt-2]",
    ]
    assert store.tk("unlink", "pt-3", "pt-1").code == 3
    assert store.tk("link", "pt-1", "1").code == 3


def test_a_link_of_one_side_only_is_completed_or_taken_away(store: Repository) -> None:
    store.tk.write("pt-1", links="pt-2, pt-gone")
    assert store.tk("link", "pt-1", "pt-2").stdout == "Added 1 link(s) between 2 tickets\n"
    assert store.tk("unlink", "pt-1", "pt-gone").code == 0
    assert store.tk.field("pt-1", "links") == "[pt-2]"


def test_parents_may_not_go_round_in_a_circle(store: Repository) -> None:
    store.tk("set", "pt-1", "parent=pt-2")
    store.tk("set", "pt-2", "parent=pt-3")
    refused = store.tk("set", "pt-3", "parent=pt-1")
    assert (refused.code, "pt-3 -> pt-1 -> pt-2 -> pt-3" in refused.stderr) == (3, True)


def test_a_broken_blocker_in_the_archive_is_named_with_its_place(repository: Repository) -> None:
    tk = repository.tk
    tk.write("pt-1", deps="pt-2")
    archive = tk.store / "archive" / "2026"
    archive.mkdir(parents=True)
    (archive / "pt-2.md").write_text("---\nid: pt-2\n", encoding="utf-8")
    repository.commit_all()
    asked = tk("blockers", "pt-1")
    assert asked.code == 4
    assert ".tickets/archive/2026/pt-2.md:1: the front matter has no closing line" in asked.stderr
