"""`tk blockers` as a gate: what blocks, what is no answer, and that nothing is written."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """Two that block by the default query, one closed one that would, one that does not."""
    write = repository.tk.write
    write("pt-1", "Crash", priority="0", more="milestone: 2.0\naffects: [src/parser, docs/*.md]\n")
    write("pt-2", "Leak", more="tags: [blocker]\nmilestone: 3.0\ncomponent: lexer\n")
    write("pt-3", "Solved", priority="0", status="closed", more="milestone: 1.0\n")
    write("pt-4", "Later", deps="pt-5")
    write("pt-5", "Sooner", deps="pt-6, pt-3")
    write("pt-6", "First", more="milestone: 2.0\n")
    repository.commit_all()
    return repository


def found(store: Repository, *words: str) -> list[str]:
    """The ids that the gate prints; its exit code must agree with them."""
    asked = store.tk("blockers", *words)
    assert asked.code == (1 if asked.lines else 0), asked.stderr
    return [line.split()[0] for line in asked.lines]


def test_what_blocks_is_open_and_critical_or_marked(store: Repository) -> None:
    asked = store.tk("blockers")
    assert (asked.lines, asked.code) == (["pt-1 [open] Crash", "pt-2 [open] Leak"], 1)
    store.tk.write("pt-7", "Severe", more="severity: blocker\n")
    assert found(store) == ["pt-1", "pt-2", "pt-7"]
    store.tk("close", "pt-1", "pt-2", "--no-commit")
    store.tk("start", "pt-7", "--no-commit")
    assert found(store) == ["pt-7"]
    store.tk("close", "pt-7", "--no-commit")
    assert found(store) == []


def test_the_query_is_that_of_the_configuration_or_of_the_command_line(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("blockers.query: milestone:2.0\n", "utf-8")
    assert found(store) == ["pt-1", "pt-6"]
    assert found(store, "tag:blocker") == ["pt-2"]
    assert found(store, "priority:0") == ["pt-1"], "what is closed does not block"
    assert found(store, "priority:0", "is:closed") == ["pt-3"], "unless it is asked for"
    assert found(store, "milestone:2.0", "-priority:0") == ["pt-6"]
    assert found(store, '"leak"') == ["pt-2"]


@pytest.mark.parametrize("query", ["status:open", "status!=closed", "type:task", "priority<=2"])
def test_a_ticket_without_the_key_that_a_gate_asks_for_is_no_pass(store: Repository, query: str) -> None:
    (store.tk.store / "hand-made.md").write_text("---\nid: hand-made\n---\n# Written by hand\n", "utf-8")
    assert "hand-made" in found(store, query)


def test_a_setting_for_listing_closed_tickets_does_not_make_them_block(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("list_closed: true\nblockers.query: priority:0\n", "utf-8")
    assert found(store) == ["pt-1"]


def test_milestone_component_and_paths_narrow(store: Repository) -> None:
    assert found(store, "--milestone", "2.0") == ["pt-1"]
    assert found(store, "--milestone", "2.0", "--milestone", "3.0") == ["pt-1", "pt-2"]
    assert found(store, "--component", "lexer", "--milestone", "2.0") == []
    assert found(store, "--affects", "src/parser/rules.py") == ["pt-1"]
    (store.folder / "lib").mkdir()
    assert found(store, "--affects", "docs/a.md", "--affects", "lib") == ["pt-1"]
    refused = store.tk("blockers", "--affects", "docs/a.txt")
    assert (refused.code, "no such path" in refused.stderr) == (3, True)
    assert found(store, "--affects", "docs/a.txt", "--allow-unknown") == []
    (store.folder / "docs").mkdir(exist_ok=True)
    (store.folder / "docs" / "a.txt").write_text("x\n")
    assert found(store, "--affects", "docs/a.txt") == []
    store.git("add", "docs/a.txt")
    store.git("commit", "--quiet", "-m", "a file")
    store.git("rm", "--quiet", "docs/a.txt")
    assert found(store, "--affects", "docs/a.txt") == [], "a removed file is known"
    (store.folder / "src").mkdir()
    asked = store.tk("blockers", "--affects", "parser", cwd=store.folder / "src")
    assert asked.code == 1, "a path is relative to the folder one is in"
    assert store.tk("blockers", "--affects", "../x").code == 2


def test_an_id_asks_for_what_it_waits_for_itself_and_for_for_all_of_it(store: Repository) -> None:
    assert found(store, "pt-4") == ["pt-5"]
    assert found(store, "--for", "pt-4") == ["pt-5", "pt-6"]
    assert found(store, "--for", "pt-4", "--milestone", "2.0") == ["pt-6"]
    assert found(store, "--for", "pt-4", "--for", "pt-1", "milestone:2.0") == ["pt-6"]
    assert found(store, "--for", "pt-6") == []
    store.tk("close", "pt-5", "--no-commit")
    assert found(store, "--for", "pt-4") == [], "what a closed ticket waited for no longer matters"


def test_a_circle_is_looked_through_once_and_never_passes(store: Repository) -> None:
    store.tk.write("pt-6", "First", deps="pt-4")
    assert found(store, "--for", "pt-4") == ["pt-5", "pt-6", "pt-4"]
    store.tk.write("pt-6", "First", deps="pt-6")
    assert found(store, "--for", "pt-6") == ["pt-6"]


def test_a_dependency_that_is_missing_or_broken_far_away_is_not_none(store: Repository) -> None:
    store.tk.write("pt-6", "First", deps="pt-gone")
    asked = store.tk("blockers", "--for", "pt-4")
    assert (asked.code, "pt-gone" in asked.stderr) == (4, True)
    assert store.tk("blockers", "pt-4").code == 1, "it does not itself wait for that one"
    assert store.tk("blockers", "--for", "pt-4", "--allow-unreadable").code == 1
    assert store.tk("blockers", "pt-6", "--allow-unreadable").code == 0


@pytest.mark.parametrize("word", ["", "nope", "pt-77", "crash"])
def test_a_word_that_is_no_id_is_refused_and_not_searched_for(store: Repository, word: str) -> None:
    assert store.tk("blockers", word).code == 3
    assert store.tk("blockers", "--for", word).code == 3


@pytest.mark.parametrize("option", ["--milestone", "--component"])
def test_a_name_that_no_ticket_has_is_no_pass(store: Repository, option: str) -> None:
    asked = store.tk("blockers", option, "2.O")
    assert (asked.code, asked.stdout) == (3, "")
    assert store.tk("blockers", option, "2.O", "--allow-unknown").code == 0
    assert store.tk("blockers", option, "").code == 2
    assert found(store, "--milestone", "1.0") == [], "closed tickets know the milestone"


def test_an_unreadable_ticket_is_no_pass_unless_allowed(store: Repository) -> None:
    store.tk("close", "pt-1", "pt-2", "--no-commit")
    (store.tk.store / "pt-8.md").write_text("---\nid: pt-8\n<<<<<<< HEAD\n", "utf-8")
    asked = store.tk("blockers")
    assert asked.code == 4
    assert "pt-8" in asked.stderr
    assert json.loads(store.tk("blockers", "--json").stdout)["unreadable"] == ["pt-8"]
    assert store.tk("blockers", "--allow-unreadable").code == 0
    assert store.tk("blockers", "pt-6").code == 0, "a ticket that is not waited for does not matter there"


def test_a_second_file_of_one_id_is_no_pass_and_another_id_in_a_file_is(store: Repository) -> None:
    store.tk("close", "pt-1", "pt-2", "--no-commit")
    path = store.tk.write("pt-8")
    path.write_text(path.read_text("utf-8").replace("id: pt-8", "id: pt-9"), "utf-8")
    assert store.tk("blockers").code == 0
    (store.tk.store / "archive" / "2026").mkdir(parents=True)
    shutil.copy(path, store.tk.store / "archive" / "2026" / "pt-8.md")
    assert store.tk("blockers").code == 4


def test_no_store_and_an_empty_one_are_no_pass_unless_allowed(store: Repository) -> None:
    for path in store.tk.store.glob("*.md"):
        path.unlink()
    assert store.tk("blockers").code == 4
    assert store.tk("blockers", "--allow-no-store").code == 0
    shutil.rmtree(store.tk.store)
    asked = store.tk("blockers", "--summary", "summary.md")
    assert asked.code == 4
    assert "--allow-no-store" in asked.stderr
    assert "could not be determined" in (store.folder / "summary.md").read_text("utf-8")
    allowed = store.tk("blockers", "--allow-no-store")
    assert (allowed.code, "--allow-no-store" in allowed.stderr) == (0, True)


def test_a_sparse_checkout_that_leaves_tickets_out_is_no_pass(store: Repository) -> None:
    store.git("update-index", "--refresh")  # the files of a copied repository are new to git
    store.git("sparse-checkout", "set", "--no-cone", "/*", "!/.tickets/pt-1.md")
    asked = store.tk("blockers")
    assert (asked.code, asked.lines) == (4, ["pt-2 [open] Leak"])
    assert "the sparse checkout leaves it out" in asked.stderr
    store.git("sparse-checkout", "disable")
    assert found(store) == ["pt-1", "pt-2"]


@pytest.mark.parametrize(
    "text", ["blockers.query: 'is:nonsense'\n", "blockers.query: '(priority:0'\n", "statuses: 3\n"]
)
def test_a_wrong_setting_is_no_pass(store: Repository, text: str) -> None:
    (store.tk.store / "config.yml").write_text(text, "utf-8")
    asked = store.tk("blockers", "--allow-unreadable")
    assert asked.code == 4
    assert "config.yml:1" in asked.stderr


def test_the_summary_is_appended_and_nothing_in_a_title_acts(store: Repository) -> None:
    page = store.folder / "summary.md"
    page.write_text("Before.\n", "utf-8")
    store.tk.write("pt-1", "A | b <img src=x> [l](http://e.vil) @all `c` \u202e", priority="0")
    assert store.tk("blockers", "--summary", "summary.md").code == 1
    text = page.read_text("utf-8")
    assert text.startswith("Before.\n### Blockers: 2 tickets\n")
    row = next(line for line in text.splitlines() if "img" in line)
    assert r"A \| b &lt;img src\=x&gt; \[l\](http" in row
    assert all(mark not in row for mark in ("<img", "@all", "http://", "\u202e"))
    assert store.tk("blockers", "--summary", "no/such/folder").code == 4
    assert store.tk("blockers", "--summary", "").code == 2


def test_json_has_the_tickets_and_the_query(store: Repository) -> None:
    asked = store.tk("blockers", "--json")
    shown = json.loads(asked.stdout)
    assert asked.code == 1
    assert [ticket["id"] for ticket in shown["blockers"]] == ["pt-1", "pt-2"]
    assert shown["query"] == "is:open (priority:0 OR tag:blocker OR severity:blocker)"


def test_base_leaves_what_blocked_there_already(store: Repository) -> None:
    store.git("switch", "--quiet", "--create", "topic")
    store.tk.write("pt-7", "New", priority="0")
    store.tk.write("pt-6", "First", priority="0", more="milestone: 2.0\n")
    store.commit_all()
    store.git("switch", "--quiet", "main")
    store.tk.write("pt-9", "Later on main", priority="0")
    store.commit_all()
    store.git("switch", "--quiet", "topic")
    assert found(store, "--base", "main") == ["pt-6", "pt-7"]
    assert found(store, "--base", "main", "--milestone", "2.0") == ["pt-6"]
    assert found(store, "--base", "HEAD") == []
    store.tk.write("pt-8", "Not committed", deps="pt-5", priority="0")
    assert found(store, "--base", "HEAD") == ["pt-8"]
    assert found(store, "--base", "main", "--for", "pt-8") == ["pt-5", "pt-6"]
    assert found(store, "--base", "main", "--for", "pt-4") == []
    assert store.tk("blockers", "--base", "nope").code == 3
    assert store.tk("blockers", "--base", "--all").code == 3


def test_a_base_without_a_store_or_with_a_broken_ticket_blocked_nothing(store: Repository) -> None:
    store.tk.write("pt-1", priority="0").write_text("---\nid: pt-1\n<<<<<<<\n", "utf-8")
    store.commit_all()
    store.tk.write("pt-1", priority="0")
    assert found(store, "--base", "HEAD") == ["pt-1"]
    assert found(store, "--base", "HEAD~2") == ["pt-1", "pt-2"]
    (store.tk.store / "config.yml").write_text("blockers.query: is:open squad:x\n", "utf-8")
    store.tk.write("pt-7", more="squad: x\n")
    assert found(store, "--base", "HEAD") == ["pt-1"], "the query is that of the base, not of the branch"
    store.commit_all()
    store.tk.write("pt-9", more="squad: x\n")
    assert found(store, "--base", "HEAD") == ["pt-9"]


def test_only_what_affects_a_changed_path(store: Repository) -> None:
    (store.folder / "src" / "parser").mkdir(parents=True)
    assert found(store, "--affects-changed", "--base", "HEAD") == []
    store.tk.write("pt-2", "Leak", priority="0", more="affects: ['**', '*.md']\n")
    assert found(store, "--affects-changed") == [], "tickets themselves do not count"
    (store.folder / "src" / "parser" / "a.py").write_text("x\n")
    store.git("add", "src")
    assert found(store, "--affects-changed") == ["pt-1", "pt-2"]


def test_a_clone_too_shallow_for_the_base_is_no_pass(store: Repository, tmp_path: Path) -> None:
    store.git("branch", "old")
    store.git("switch", "--quiet", "--create", "topic")
    store.git("commit", "--quiet", "--allow-empty", "-m", "more")
    clone = tmp_path / "clone"
    source = f"file://{store.folder}"
    store.git("clone", "--quiet", "--depth=1", "--branch=topic", "--no-single-branch", source, str(clone))
    asked = store.tk("blockers", "--base", "origin/old", cwd=clone)
    assert (asked.code, asked.stdout) == (5, "")
    assert "shallow" in asked.stderr
    allowed = store.tk("blockers", "--base", "origin/old", "--allow-shallow", cwd=clone)
    assert (allowed.code, len(allowed.lines)) == (1, 2)
    assert store.tk("blockers", cwd=clone).code == 1, "without a base no history is needed"


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder with its size and date."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def test_nothing_is_written_in_a_fresh_shallow_detached_clone_without_an_identity(
    store: Repository, tmp_path: Path
) -> None:
    for number in range(320):  # so many that a listing would keep a cache
        store.tk.write(f"pt-x{number}")
    (store.tk.store / "config.yml").write_text("blockers.query: priority:0\n", "utf-8")
    store.commit_all()
    clone = tmp_path / "clone"
    store.git("clone", "--quiet", "--depth=1", f"file://{store.folder}", str(clone))
    store.git("-C", str(clone), "checkout", "--quiet", "--detach")
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(tmp_path / "nowhere")}
    before = everything(clone)
    asked = store.tk("blockers", cwd=clone, env=nobody)
    assert (asked.lines, asked.code, asked.stderr) == (["pt-1 [open] Crash"], 1, "")
    assert everything(clone) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_checkout_that_cannot_be_written_is_read(store: Repository) -> None:
    folders = [path for path in store.folder.rglob("*") if path.is_dir()]
    for path in (store.folder, *folders):
        path.chmod(0o555)
    try:
        assert found(store) == ["pt-1", "pt-2"]
    finally:
        for path in (store.folder, *folders):
            path.chmod(0o755)


def test_a_priority_that_cannot_be_read_is_never_a_pass(store: Repository) -> None:
    store.tk("close", "pt-1", "pt-2", "--no-commit")
    store.tk.write("pt-8", priority="urgent!", more="milestone: 2.0\n")
    asked = store.tk("blockers")
    assert (asked.code, "pt-8.md:8: priority 'urgent!' cannot be read" in asked.stderr) == (4, True)
    assert store.tk("blockers", "--allow-unreadable").code == 0
    assert store.tk("blockers", "--milestone", "3.0").code == 0, "it is not part of what was asked about"
    assert found(store, "milestone:2.0") == ["pt-6", "pt-8"], "no priority is asked for"
    store.tk("close", "pt-8", "--no-commit")
    assert found(store) == []


def test_a_status_or_type_that_nobody_knows_is_never_a_pass(store: Repository) -> None:
    for query in ("status:opne", "type:bgu priority:0", "is:open -status:nonsense", "is:open resolution:fxed"):
        asked = store.tk("blockers", query)
        assert (asked.code, "so there was nothing to check" in asked.stderr) == (3, True), query
    assert store.tk("blockers", "status:opne", "--allow-unknown").code == 0
    assert found(store, "type:bug priority:4") == [], "a type that is configured may have no ticket"
    path = store.tk.write("pt-9")
    path.write_text(path.read_text("utf-8").replace("type: task", "type: story"), "utf-8")
    assert found(store, "type:story") == ["pt-9"], "what a ticket has is known"
    (store.tk.store / "config.yml").write_text("blockers.query: status:opne\n", "utf-8")
    assert store.tk("blockers").code == 3


def test_a_branch_that_changes_what_blocks_is_judged_by_its_base_and_told(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("blockers.query: tag:never\n", "utf-8")
    store.tk.write("pt-7", priority="0")
    asked = store.tk("blockers", "--base", "HEAD")
    assert asked.code == 1
    assert [line.split()[0] for line in asked.lines] == ["pt-7"]
    assert "changes blockers.query in config.yml" in asked.stderr


def test_a_value_of_a_typed_query_that_no_ticket_has_is_never_a_pass(store: Repository) -> None:
    for query in ("severity:blokcer", "tag:blokcer", "assignee:nobdy", "component:nix", "milestone:9.9", "parent:no-1"):
        assert store.tk("blockers", query).code == 3, query
        assert store.tk("blockers", query, "--allow-unknown").code == 0, query
    assert store.tk("blockers").code == 1, "the query of the settings may name what no ticket has yet"


def test_an_unknown_key_of_the_settings_stops_the_gate_and_changes_and_not_reading(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("blokers.query: is:open\n", "utf-8")
    listed = store.tk("ls")
    assert (listed.code, "unknown key" in listed.stderr, "pt-1" in listed.stdout) == (0, True, True)
    assert store.tk("blockers").code == 4
    assert store.tk("close", "pt-1").code == 4
