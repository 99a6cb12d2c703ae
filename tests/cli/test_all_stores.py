"""Several stores in one repository: the lists and the gate over all of them, and ids of another store."""

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


def put(folder: Path, ticket: str, title: str, *, status: str = "open", priority: int = 2, more: str = "") -> None:
    """Writes a ticket into the store of a folder."""
    store = folder / ".tickets"
    store.mkdir(parents=True, exist_ok=True)
    text = f"---\nid: {ticket}\nstatus: {status}\ntype: task\npriority: {priority}\n{more}---\n# {title}\n"
    (store / f"{ticket}.md").write_text(text, encoding="utf-8")


@pytest.fixture
@built_once
def mono(repository: Repository) -> Repository:
    """A repository with a store in `api` and one in `web/ünï`, and none at the top."""
    shutil.rmtree(repository.tk.store)
    put(repository.folder / "api", "ap-1", "Server crashes", priority=0)
    put(repository.folder / "api", "ap-2", "Server is slow", more="deps: [ap-1]\n")
    put(repository.folder / "api", "ap-3", "Old crash", status="closed", more="closed: 2026-01-02T00:00:00Z\n")
    put(repository.folder / "web" / "ünï", "we-1", "Page crashes", priority=1)
    put(repository.folder / "web" / "ünï", "ap-9", "Strange name", more="store: mine\n")
    repository.commit_all()
    return repository


def test_a_folder_is_entered_from_the_one_before(mono: Repository) -> None:
    there = mono.tk("-C", "web", "-C", "ünï", "ls")
    assert there.lines == mono.tk("ls", cwd=mono.folder / "web" / "ünï").lines != []
    assert mono.tk("-C", "web", "-C", "", "-C", "../api", "show", "ap-1").code == 0
    gone = mono.tk("-C", "web", "-C", "nowhere", "ls")
    assert (gone.code, gone.stderr.splitlines()[0]) == (2, "Error: no such folder: web/nowhere")
    os.symlink(mono.folder / "web" / "ünï", mono.folder / "link")
    assert mono.tk("-C", "link", "-C", "../../api", "show", "ap-1").code == 0, "as git: a link is followed first"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ls", ["api\tap-1", "api\tap-2", "web/ünï\tap-9", "web/ünï\twe-1"]),
        ("ready", ["api\tap-1", "web/ünï\twe-1", "web/ünï\tap-9"]),
        ("blocked", ["api\tap-2"]),
        ("closed", ["api\tap-3"]),
        ("ls --limit 1 --sort -priority,id --columns id,priority", ["api\tap-2"]),
        ("ls --sort store,priority --reverse --limit 1", ["web/ünï\tap-9"]),
        ("search crashes is:open", ["api\tap-1", "web/ünï\twe-1"]),
        ("blockers priority<=1", ["api\tap-1", "web/ünï\twe-1"]),
        ("ls --sort blockers,-path --limit 2", ["api\tap-2", "web/ünï\twe-1"]),
    ],
)
def test_rows_of_all_stores_name_their_store(mono: Repository, command: str, expected: list[str]) -> None:
    done = mono.tk("--all-stores", *command.split(), cwd=mono.folder / "api")
    assert done.stderr == ""
    rows = ["\t".join(line.split("\t")[:2]).split(" ")[0] for line in done.lines]
    assert (sorted(rows) if command.startswith("search") else rows) == expected
    assert done.code == (1 if command.startswith("blockers") else 0)
    there = json.loads(mono.tk("--all-stores", *command.split(), "--json").stdout)
    objects = there.get("tickets", there.get("blockers"))
    pairs = [f"{one['store']}\t{one['id']}" for one in objects]
    assert (sorted(pairs) if command.startswith("search") else pairs) == expected
    assert (there["stores"], there["errors"]) == (["api", "web/ünï"], [])


def test_other_forms_name_the_store_too(mono: Repository) -> None:
    table = mono.tk("--color", "always", "--all-stores", "ls", "--columns", "id")
    assert "web/ünï" in table.stdout
    assert mono.tk("--all-stores", "ls", "--format", "csv", "--columns", "id").lines[:2] == ["store,id", "api,ap-1"]
    assert mono.tk("--all-stores", "ls", "--group-by", "store").lines[0] == "api:"
    lines = [json.loads(line) for line in mono.tk("--all-stores", "ls", "--format", "jsonl").lines]
    assert [line["store"] for line in lines] == ["api", "api", "web/ünï", "web/ünï"]
    assert mono.tk("--all-stores", "search", "crashes", "--count").stdout == "3\n"


def test_a_name_that_one_store_knows_is_known(mono: Repository) -> None:
    put(mono.folder / "api", "ap-1", "Server crashes", priority=0, more="milestone: v2\nteam: blue\n")
    gate = mono.tk("--all-stores", "blockers", "--milestone", "v2")
    assert (gate.code, gate.lines) == (1, ["api\tap-1 [open] Server crashes"])
    assert gate.stderr == "note: web/ünï: no ticket has the milestone 'v2', so there was nothing to check\n"
    assert mono.tk("--all-stores", "ls", "team:blue", "--columns", "id,team").lines == ["api\tap-1\tblue"]
    assert mono.tk("--all-stores", "blockers", "--milestone", "v3").code == 3
    assert mono.tk("--all-stores", "ls", "taem:blue").code == 2
    assert mono.tk("--all-stores", "ls", "--columns", "taem").code == 3


def test_any_store_that_blocks_blocks_and_an_unreadable_one_is_no_answer(mono: Repository) -> None:
    gate = ("--all-stores", "blockers")
    assert mono.tk(*gate).code == 1
    put(mono.folder / "api", "ap-1", "Server crashes", priority=0, status="closed")
    assert mono.tk(*gate).code == 0
    (mono.folder / "web" / "ünï" / ".tickets" / "config.yml").write_text("prefix: [\n")
    done = mono.tk(*gate, "--json", "--summary", "s.md")
    assert done.code == 4
    assert [error["store"] for error in json.loads(done.stdout)["errors"]] == ["web/ünï"]
    assert "Blockers in <code>web/ünï</code>: could not be determined" in (mono.folder / "s.md").read_text(
        encoding="utf-8"
    )
    listed = mono.tk("--all-stores", "ready")
    assert (listed.code, len(listed.lines)) == (4, 1), "what can be read is shown"
    shutil.rmtree(mono.folder / "web")
    assert mono.tk(*gate).code == 4, "git has the store, the work tree has not"


def test_commands_of_one_store_refuse_all_stores(mono: Repository) -> None:
    done = mono.tk("--all-stores", "close", "ap-1")
    assert (done.code, mono.git("status", "--porcelain")) == (2, "")
    assert done.stderr.splitlines()[1].startswith("Hint: --all-stores goes with ls, ready, blocked, closed, search, b")
    assert mono.tk("--all-stores", "blockers", "ap-1").code == 2


@pytest.mark.parametrize("words", [("ls",), ("blocked",), ("search", "x"), ("blockers", "is:open")])
def test_a_tree_of_all_stores_is_refused(mono: Repository, words: tuple[str, ...]) -> None:
    done = mono.tk("--all-stores", *words, "--tree")
    assert (done.code, "--tree" in done.stderr) == (2, True), done


def test_blockers_of_all_stores_have_groups(mono: Repository) -> None:
    done = mono.tk("--all-stores", "blockers", "is:open", "--group-by", "store")
    assert (done.code, [line for line in done.lines if line.endswith(":")]) == (1, ["api:", "web/ünï:"])


def test_an_id_of_another_store_is_shown_and_not_changed(mono: Repository) -> None:
    there = mono.folder / "web" / "ünï"
    shown = mono.tk("show", "ap-1", "we-1", "--json", cwd=there)
    assert shown.stderr == "note: ap-1 is in the store api\n"
    assert [one.get("store") for one in json.loads(shown.stdout)["tickets"]] == ["api", None]
    done = mono.tk("close", "ap-1", "-r", "fixed", cwd=there)
    hint = "Hint: nothing was changed; this works on it: tk -C ../../api close ap-1 -r fixed\n"
    assert (done.code, done.stderr) == (3, f"Error: ap-1 is a ticket of the store api, not of this one\n{hint}")
    assert mono.git("status", "--porcelain") == ""
    assert mono.tk(*hint.split(": ")[2].split()[1:], cwd=there).code == 0
    refused = mono.tk("dep", "we-1", "ap-2", cwd=there)
    assert (refused.code, refused.stderr.splitlines()[1]) == (
        3,
        "Hint: a ticket refers only to tickets of its own store.",
    )


def test_an_id_that_two_other_stores_have_is_ambiguous(mono: Repository) -> None:
    put(mono.folder / "more", "ap-1", "Twin")
    done = mono.tk("show", "ap-1", cwd=mono.folder / "web" / "ünï")
    assert (done.code, "in the store more" in done.stderr) == (3, True)


def test_a_folder_without_a_store_names_the_stores(mono: Repository) -> None:
    hint = "Hint: stores are in api, web/ünï: `tk -C api COMMAND`, or `tk --all-stores ls`."
    for words in (["ls"], []):
        done = mono.tk(*words)
        assert (done.stdout, done.code, done.stderr.splitlines()[1]) == ("", 4, hint), words


def test_ignored_stores_and_other_repositories_do_not_count(mono: Repository) -> None:
    (mono.folder / ".gitignore").write_text("vendor/\n")
    put(mono.folder / "vendor", "ve-1", "Not ours")
    put(mono.folder / "inner", "in-1", "Not ours")
    mono.git("init", "--quiet", "inner")
    put(mono.folder / "new", "ne-1", "Not committed yet")
    stores = {line.split("\t")[0] for line in mono.tk("--all-stores", "ls").lines}
    assert stores == {"api", "web/ünï", "new"}


def test_the_hook_closes_tickets_of_every_store_and_guesses_nothing(mono: Repository) -> None:
    environment = mono.tk.environment
    environment["PATH"] = f"{os.path.dirname(mono.tk.command)}{os.pathsep}{environment['PATH']}"
    put(mono.folder / "more", "ap-2", "Twin")
    put(mono.folder / "more", "we-5", "Another")
    mono.commit_all()
    assert mono.tk("-C", "api", "hooks", "install").code == 0
    mono.git("commit", "--allow-empty", "--quiet", "-m", "Do it\n\nFixes: ap-1\nCloses: we-1, we-5\nCloses: ap-2")
    changed = mono.git("show", "--name-only", "--format=", "-z", "HEAD").strip("\0").split("\0")
    assert sorted(changed) == ["api/.tickets/ap-1.md", "more/.tickets/we-5.md", "web/ünï/.tickets/we-1.md"]
    assert mono.git("status", "--porcelain") == ""


def test_control_characters_in_the_name_of_a_store_are_escaped(mono: Repository) -> None:
    put(mono.folder / "e\x1b[31m", "ev-1", "Hostile")
    done = mono.tk("--all-stores", "ls")
    assert "\x1b" not in done.stdout
    assert "\x1b" not in mono.tk("show", "nope").stderr + mono.tk("-C", "api", "close", "ev-1").stderr
