"""`tk init`: a store with its settings, in one commit, safe to run twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitwork import git, head_files

if TYPE_CHECKING:
    from store_files import Tk

FILES = [".gitattributes", "README.md", "config.schema.json", "config.yml"]


@pytest.fixture
def repo(tk: Tk) -> Tk:
    git(tk, "init", "--quiet")
    return tk


def test_a_store_is_made_in_one_commit_that_holds_its_files_and_no_others(repo: Tk) -> None:
    (repo.folder / "mine.txt").write_text("mine")
    git(repo, "add", "mine.txt")
    made = repo("init")
    assert (made.code, made.stderr) == (0, "")
    assert head_files(repo) == [f".tickets/{name}" for name in FILES]
    assert git(repo, "status", "--porcelain") == "A  mine.txt"
    assert git(repo, "log", "-1", "--format=%s") == "tk: init"
    assert "Created the ticket store .tickets" in made.stdout


def test_the_second_run_changes_nothing_and_says_so(repo: Tk) -> None:
    repo("init")
    head = git(repo, "rev-parse", "HEAD")
    again = repo("init")
    assert again.code == 0
    assert "is complete; nothing was changed" in again.stdout
    assert git(repo, "rev-parse", "HEAD") == head


def test_what_a_user_wrote_is_kept_and_what_is_missing_is_added(repo: Tk) -> None:
    repo.write("a-1")
    (repo.store / "README.md").write_text("Ours.\n")
    (repo.store / "config.yml").write_text("prefix: ours\n")
    done = repo("init")
    assert done.code == 0
    assert (repo.store / "README.md").read_text() == "Ours.\n"
    assert (repo.store / "config.yml").read_text() == "prefix: ours\n"
    assert head_files(repo) == [".tickets/.gitattributes"]


def test_the_settings_are_the_defaults_until_something_is_uncommented(repo: Tk) -> None:
    repo("init")
    assert all(line[:1] in ("", "#") for line in (repo.store / "config.yml").read_text().splitlines())
    assert repo("config", "prefix").stdout == "\n"
    assert "#prefix: mp" in (repo.store / "config.yml").read_text()


def test_prefix_is_in_force_at_once(repo: Tk) -> None:
    assert repo("init", "--prefix", "web").code == 0
    assert repo("new", "First").stdout.startswith("web-")


@pytest.mark.parametrize("prefix", ["-x", "a/b", "a b", ".x", "../x", "x\ny", "x" * 33, "é", "x-", "_x"])
def test_a_prefix_that_the_settings_would_refuse_makes_no_store(repo: Tk, prefix: str) -> None:
    refused = repo("init", f"--prefix={prefix}")
    assert (refused.code, refused.stdout) == (2, "")
    assert not repo.store.exists()


def test_a_prefix_for_settings_that_are_there_is_refused_not_written(repo: Tk) -> None:
    repo("init")
    before = (repo.store / "config.yml").read_bytes()
    refused = repo("init", "--prefix", "web")
    assert refused.code == 3
    assert "prefix: web" in refused.stderr
    assert (repo.store / "config.yml").read_bytes() == before


def test_from_a_subfolder_the_store_is_made_at_the_top(repo: Tk) -> None:
    inner = repo.folder / "src/deep"
    inner.mkdir(parents=True)
    assert "Created the ticket store ../../.tickets" in repo("init", cwd=inner).stdout
    assert sorted(path.name for path in repo.store.iterdir()) == FILES


def test_a_folder_can_be_named(repo: Tk) -> None:
    assert repo("init", "services/api").code == 0
    assert head_files(repo) == [f"services/api/.tickets/{name}" for name in FILES]


def test_outside_git_the_files_are_written_and_that_is_said(tk: Tk) -> None:
    made = tk("init")
    assert made.code == 0
    assert sorted(path.name for path in tk.store.iterdir()) == FILES
    assert "not a git repository" in made.stderr
    assert tk("init", "--no-commit").stderr == ""


def test_without_a_commit_nothing_is_staged(repo: Tk) -> None:
    assert repo("init", "--no-commit").code == 0
    assert git(repo, "status", "--porcelain") == "?? .tickets/"


def test_json_names_what_was_made_and_kept(repo: Tk) -> None:
    told = json.loads(repo("init", "--json").stdout)
    assert (told["format"], told["created"], told["kept"]) == (1, FILES, [])
    assert told["commit"] == git(repo, "rev-parse", "HEAD")
    assert told["store"] == str(repo.store)


def test_a_refused_commit_leaves_nothing_behind(repo: Tk) -> None:
    hook = repo.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    refused = repo("init", "services/api")
    assert refused.code == 5
    assert "not today" in refused.stderr
    assert not (repo.folder / "services").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [(".pre-commit-config.yaml", "repos: []\n"), ("package.json", '{"lint-staged": {}}'), ("lefthook.yml", "")],
)
def test_a_framework_that_stashes_is_pointed_out(repo: Tk, name: str, content: str) -> None:
    (repo.folder / name).write_text(content)
    assert "commit.verify: false" in repo("init").stderr


def test_no_framework_no_remark(repo: Tk) -> None:
    (repo.folder / "package.json").write_text('{"name": "x"}')
    assert repo("init").stderr == ""


def test_the_merge_attribute_stands_on_tickets_only(repo: Tk) -> None:
    repo("init")
    asked = [".tickets/a-1.md", ".tickets/archive/2026/a-1.md", ".tickets/README.md", ".tickets/kb/a.md", "a.md"]
    told = git(repo, "check-attr", "merge", "--", *asked).splitlines()
    driven = [line.partition(": ")[0] for line in told if line.endswith(": plaintickets")]
    assert driven == asked[:2]


def test_without_the_driver_git_merges_tickets_as_text(repo: Tk) -> None:
    repo("init")
    ticket = repo("new", "One").stdout.strip()
    path = repo.store / f"{ticket}.md"
    path.write_text(path.read_text() + "".join(f"\nline {number}\n" for number in range(9)))
    git(repo, "commit", "-qam", "text")
    git(repo, "checkout", "-qb", "other")
    repo("set", ticket, "priority=1")
    git(repo, "checkout", "-q", "main")
    path.write_text(path.read_text().replace("line 8", "line eight"))
    git(repo, "commit", "-qam", "ours")
    git(repo, "merge", "-q", "-m", "merged", "other")
    assert repo.field(ticket, "priority") == "1"
    assert "line eight" in path.read_text()


def test_without_the_driver_a_conflict_is_marked_and_stops_the_merge(repo: Tk) -> None:
    repo("init")
    ticket = repo("new", "One").stdout.strip()
    git(repo, "checkout", "-qb", "other")
    repo("set", ticket, "priority=1")
    git(repo, "checkout", "-q", "main")
    repo("set", ticket, "priority=3")
    git(repo, "merge", "-q", "other", fails=True)
    text = repo.text(ticket)
    assert "<<<<<<< HEAD\npriority: 3\n=======\npriority: 1\n>>>>>>> other" in text


def test_the_attributes_leave_a_ticket_with_crlf_alone(repo: Tk) -> None:
    path = repo.write("a-1")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "crlf")
    before = path.read_bytes()
    repo("init")
    assert git(repo, "status", "--porcelain") == ""
    repo("set", "a-1", "priority=1")
    assert path.read_bytes() == before.replace(b"priority: 2", b"priority: 1")
    assert git(repo, "show", "--numstat", "--format=", "HEAD") == "1\t1\t.tickets/a-1.md"
