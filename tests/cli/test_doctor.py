"""`tk doctor`: what is wrong with a store, its clone and the installation."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from gitwork import git, head_files

if TYPE_CHECKING:
    from store_files import Tk

SHAPES = Path(__file__).parents[1] / "data/shapes"
OLD = 1_000_000_000


@pytest.fixture
@built_once
def repo(tk: Tk) -> Tk:
    git(tk, "init", "--quiet")
    git(tk, "commit", "--quiet", "--allow-empty", "-m", "start")
    return tk


def committed(tk: Tk) -> None:
    git(tk, "add", "-A")
    git(tk, "commit", "-qm", "tickets")


def told(tk: Tk, kind: str = "problems") -> dict[str, dict[str, object]]:
    """Code -> its last finding, of one kind; the exit code must be what the problems say."""
    done = tk("doctor", "--json")
    shown = json.loads(done.stdout)
    assert done.code == (1 if shown["problems"] else 0)
    return {finding["code"]: finding for finding in shown[kind]}


def test_a_sound_store_has_no_problems(repo: Tk) -> None:
    repo("init")
    repo("new", "One")
    done = repo("doctor")
    assert done.code == 0
    assert "No problems in 1 ticket\n" in done.stdout
    assert repo("doctor", "--quiet").stdout == ""


def test_it_reads_and_changes_nothing(repo: Tk) -> None:
    repo.write("a-1", links="a-2")
    repo.write("a-2")
    committed(repo)
    before = git(repo, "rev-parse", "HEAD")
    assert repo("doctor").code == 1
    assert (git(repo, "rev-parse", "HEAD"), git(repo, "status", "--porcelain")) == (before, "")


TICKETS = {
    "missing-dependency": {"deps": "gone-1"},
    "depends-on-itself": {"deps": "a-1"},
    "missing-link": {"links": "gone-1"},
    "linked-to-itself": {"links": "a-1"},
    "missing-parent": {"more": "parent: gone-1\n"},
    "parent-cycle": {"more": "parent: a-1\n"},
    "missing-original": {"more": "duplicate-of: gone-1\n"},
    "no-title": {"title": ""},
    "unknown-status": {"status": "cancelled"},
    "unknown-resolution": {"more": "resolution: maybe\n"},
    "bad-priority": {"priority": "urgent"},
    "bad-date": {"more": "due: soonish\n"},
    "closed-before-created": {"more": "closed: 2020-01-01T00:00:00Z\n"},
}


@pytest.mark.parametrize("code", TICKETS)
def test_each_fault_of_a_ticket_is_found_at_its_line_with_a_way_to_mend_it(tk: Tk, code: str) -> None:
    fields = TICKETS[code]
    path = tk.write("a-1", **fields)
    found = told(tk)
    assert list(found) == [code]
    assert found[code]["path"] == ".tickets/a-1.md"
    assert found[code]["mend"]
    key = {"more": fields.get("more", "").partition(":")[0]}.get(next(iter(fields)), next(iter(fields)))
    line = path.read_text().splitlines()[int(str(found[code]["line"])) - 1]
    assert line.startswith(f"{key}:" if key != "title" else "---")


def test_an_unknown_type_is_found(tk: Tk) -> None:
    path = tk.write("a-1")
    path.write_text(path.read_text().replace("type: task", "type: bugg"))
    found = told(tk)["unknown-type"]
    assert found["line"] == 7
    assert str(found["mend"]).startswith("tk set a-1 type=bug,")


def test_two_tickets_with_one_reference_and_a_circle_are_found_once(tk: Tk) -> None:
    tk.write("a-1", deps="a-2", more="external-ref: jira:X-1\n")
    tk.write("a-2", deps="a-3", more="external-ref: jira:X-1\n")
    tk.write("a-3", deps="a-1")
    shown = json.loads(tk("doctor", "--json").stdout)["problems"]
    assert [(found["code"], found["path"]) for found in shown] == [
        ("dependency-cycle", ".tickets/a-1.md"),
        ("duplicate-reference", ".tickets/a-2.md"),
    ]
    assert shown[0]["message"] == "is in a dependency cycle: a-1 -> a-2 -> a-3 -> a-1"


def test_a_choice_of_a_field_of_ones_own_is_checked(tk: Tk) -> None:
    tk.write("a-1", more="severity: huge\n")
    (tk.store / "config.yml").write_text("fields:\n  severity: {type: enum, values: [minor, major]}\n")
    assert list(told(tk)) == ["unknown-value"]


def test_files_that_cannot_be_read_are_all_named_and_count_as_existing(tk: Tk) -> None:
    tk.store.mkdir()
    for name in ("alias", "conflict", "latin1", "unclosed", "wrong-id", "duplicate-key"):
        shutil.copy(SHAPES / f"{name}.md", tk.store)
    tk.write("a-1", deps="latin1")
    (tk.store / "archive/2026").mkdir(parents=True)
    shutil.copy(tk.store / "a-1.md", tk.store / "archive/2026/a-1.md")
    (tk.store / "link.md").symlink_to("a-1.md")
    found = told(tk)
    expected = {"yaml-alias", "conflict-markers", "encoding", "unclosed-front-matter", "id-mismatch", "duplicate-key"}
    assert set(found) == {*expected, "duplicate-id", "not-a-file"}


def test_mistakes_in_the_settings_are_findings_and_hide_nothing(tk: Tk) -> None:
    tk.write("a-1", deps="gone-1")
    (tk.store / "config.yml").write_text("prefix: a\ncommit.mood: auto\n")
    found = told(tk)
    assert "missing-dependency" in found
    assert [finding["line"] for finding in found.values() if finding["path"] == ".tickets/config.yml"] == [2]


def test_no_word_of_a_ticket_runs_in_the_command_that_mends_it(tk: Tk) -> None:
    tk.write("a-1", deps="'$(touch x)'")
    assert told(tk)["missing-dependency"]["mend"] == "tk undep a-1 '$(touch x)'"


def test_no_control_sequence_reaches_the_terminal(tk: Tk) -> None:
    tk.write("a-1", more='parent: "\\e]52;c;eA==\\a"\n')
    shown = tk("doctor").stdout
    assert "is part of" in shown
    assert not {"\x1b", "\x07"} & set(shown)


def test_fix_links_back_in_one_commit_and_leaves_the_rest(repo: Tk) -> None:
    repo.write("a-1", links="a-2, a-3")
    repo.write("a-2")
    repo.write("a-3", deps="gone-1")
    committed(repo)
    count = int(git(repo, "rev-list", "--count", "HEAD"))
    done = repo("doctor", "--fix")
    assert done.code == 1
    assert (repo.field("a-2", "links"), repo.field("a-3", "links")) == ("[a-1]", "[a-1]")
    assert head_files(repo) == [".tickets/a-2.md", ".tickets/a-3.md"]
    assert int(git(repo, "rev-list", "--count", "HEAD")) == count + 1
    assert list(told(repo)) == ["missing-dependency"]


def test_fix_with_nothing_to_mend_makes_no_commit(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    before = git(repo, "rev-parse", "HEAD")
    assert repo("doctor", "--fix").code == 0
    assert git(repo, "rev-parse", "HEAD") == before


def test_fix_removes_what_a_dead_command_left_when_it_is_old(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    old, young = repo.store / ".0123456789ab.tmp", repo.store / ".ba9876543210.tmp"
    old.write_text("")
    young.write_text("")
    os.utime(old, (OLD, OLD))
    assert told(repo)["left-over-file"]["path"] == str(old)
    repo("doctor", "--fix")
    assert not old.exists()
    assert young.exists()


def test_text_that_could_not_be_committed_is_pointed_at_and_kept(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    hook = repo.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert repo("set", "a-1", "priority=1").code == 5
    hook.unlink()
    kept = str(told(repo, "advice")["kept-text"]["path"])
    repo("doctor", "--fix")
    assert "priority: 1" in Path(kept).read_text()


def test_a_command_that_died_while_committing_is_told_and_settled(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    hook = repo.folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nread _ _ _ above _ < /proc/$PPID/stat\nkill -9 $above\n")
    hook.chmod(0o755)
    assert repo("set", "a-1", "priority=1").code < 0
    while (repo.folder / ".git/index.lock").exists():  # git itself lives on and commits
        time.sleep(0.01)
    hook.unlink()
    assert list(told(repo)) == ["unfinished-change"]
    assert repo("doctor", "--fix").code == 0
    assert git(repo, "status", "--porcelain") == ""
    assert "priority: 1" in git(repo, "show", "HEAD:.tickets/a-1.md")


def test_a_machine_without_git_is_told_and_the_tickets_are_looked_at(repo: Tk) -> None:
    repo.write("a-1", deps="gone-1")
    done = repo("doctor", "--json", env={"PATH": str(repo.folder)})
    codes = [finding["code"] for finding in json.loads(done.stdout)["problems"]]
    assert (sorted(codes), done.code) == (["missing-dependency", "no-git"], 1)


def test_an_ignored_store_is_named_with_its_rule(repo: Tk) -> None:
    repo.write("a-1")
    (repo.folder / ".gitignore").write_text("x\n.tickets/\n")
    found = told(repo)["ignored-store"]
    assert (found["path"], found["line"]) == (".gitignore", 2)
    assert list(told(repo, "advice")) == []


def test_a_store_that_is_not_to_be_committed_is_not_held_to_it(repo: Tk) -> None:
    repo.write("a-1")
    (repo.folder / ".gitignore").write_text(".tickets/\n")
    (repo.store / "config.yml").write_text("commit.mode: off\n")
    assert told(repo) == {}


@pytest.mark.parametrize("flag", ["skip-worktree", "assume-unchanged"])
def test_a_ticket_that_git_does_not_look_at_is_found(repo: Tk, flag: str) -> None:
    repo.write("a-1")
    repo.write("a-2")
    committed(repo)
    git(repo, "update-index", f"--{flag}", ".tickets/a-1.md")
    found = told(repo)[flag]
    assert found["path"] == ".tickets/a-1.md"
    git(repo, *str(found["mend"]).split()[1:])
    assert told(repo) == {}


@pytest.mark.parametrize(
    "line", ["*.md working-tree-encoding=UTF-16", "* ident", "*.md filter=lfs", "*.md merge=union", "*.md -merge"]
)
def test_an_attribute_that_rewrites_or_spoils_tickets_is_found(repo: Tk, line: str) -> None:
    repo.write("a-1")
    (repo.folder / ".gitattributes").write_text(line + "\n")
    assert list(told(repo)) == ["attribute"]


@pytest.mark.parametrize("line", ["* text=auto", "*.md text eol=lf", "*.md merge=plaintickets", "* -filter"])
def test_harmless_attributes_are_not_found(repo: Tk, line: str) -> None:
    repo.write("a-1")
    (repo.folder / ".gitattributes").write_text(line + "\n")
    committed(repo)
    assert told(repo) == {}


def test_a_ticket_with_crlf_that_git_would_normalise_is_found(repo: Tk) -> None:
    path = repo.write("a-1")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    committed(repo)
    assert told(repo) == {}
    (repo.folder / ".gitattributes").write_text("*.md text\n")
    assert list(told(repo)) == ["line-ends"]


def test_a_lock_that_git_left_is_named_with_its_age_and_not_removed(repo: Tk) -> None:
    repo.write("a-1")
    lock = repo.folder / ".git/index.lock"
    lock.write_text("")
    os.utime(lock, (OLD, OLD))
    found = told(repo)["git-lock"]
    assert found["path"] == str(lock)
    repo("doctor", "--fix")
    assert lock.exists()


def test_a_merge_under_way_and_an_unmerged_ticket_are_told(repo: Tk) -> None:
    repo.write("a-1", priority="2")
    committed(repo)
    git(repo, "checkout", "-qb", "other")
    repo.write("a-1", priority="1")
    git(repo, "commit", "-qam", "one")
    git(repo, "checkout", "-q", "main")
    repo.write("a-1", priority="3")
    git(repo, "commit", "-qam", "three")
    git(repo, "merge", "-q", "other", fails=True)
    assert set(told(repo)) == {"conflict-markers", "unmerged"}
    assert "under-way" in told(repo, "advice")


def test_a_driver_that_is_configured_and_missing_is_found(repo: Tk) -> None:
    repo.write("a-1")
    git(repo, "config", "merge.plaintickets.driver", "no-such-program %O %A %B")
    assert list(told(repo)) == ["missing-driver"]
    git(repo, "config", "merge.plaintickets.driver", "sh -c 'exit 1' %O %A %B")
    assert told(repo) == {}


def test_a_user_whom_git_does_not_know_is_told(repo: Tk) -> None:
    repo.write("a-1")
    git(repo, "config", "--global", "--unset", "user.email")
    git(repo, "config", "user.useConfigOnly", "true")
    assert list(told(repo)) == ["no-identity"]


def test_advice_does_not_count_as_a_problem(repo: Tk) -> None:
    repo.write("a-1")
    (repo.folder / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert set(told(repo, "advice")) == {"uncommitted", "stashing-hooks"}
    assert "stashing-hooks" not in repo("doctor", "--quiet").stdout


def test_a_shallow_clone_is_told(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    git(repo, "clone", "-q", "--depth", "1", f"file://{repo.folder}", "../clone")
    done = repo("doctor", "--json", cwd=repo.folder.parent / "clone")
    assert [finding["code"] for finding in json.loads(done.stdout)["advice"]] == ["shallow"]


def test_a_large_history_gets_its_changed_paths(repo: Tk) -> None:
    repo.write("a-1")
    committed(repo)
    start = git(repo, "rev-parse", "HEAD")
    one = "commit refs/heads/main\ncommitter A <a@b> {} +0000\ndata 1\nx\n{}\n"
    stream = "".join(one.format(OLD + number, "" if number else f"from {start}\n") for number in range(5000))
    import_into(repo, stream)
    assert told(repo, "advice")["no-changed-paths"]["fixable"] is True
    assert "wrote the commit graph" in repo("doctor", "--fix").stdout
    assert told(repo, "advice") == {}


def import_into(tk: Tk, stream: str) -> None:
    path = tk.folder.parent / "stream"
    path.write_text(stream)
    git(tk, "-c", "alias.load=!git fast-import --quiet --force < ../stream", "load")


def test_versions_and_sizes_are_part_of_the_answer(repo: Tk) -> None:
    repo.write("a-1")
    shown = json.loads(repo("doctor", "--json").stdout)
    assert {"plaintickets", "python", "git", "click", "Whoosh"} <= set(shown["versions"])
    assert (shown["format"], shown["tickets"]) == (1, 1)


def test_outside_git_the_store_alone_is_looked_at(tk: Tk) -> None:
    tk.write("a-1", deps="gone-1")
    assert list(told(tk)) == ["missing-dependency"]
    assert told(tk, "advice") == {}


def test_without_a_store_the_exit_code_is_not_that_of_a_problem(tk: Tk) -> None:
    assert tk("doctor").code == 4


def test_ticket_commits_that_the_upstream_branch_lacks_or_has_are_advice(tk: Tk, tmp_path: Path) -> None:
    git(tk, "init", "--quiet")
    tk.write("pt-1")
    git(tk, "add", "-A")
    git(tk, "commit", "--quiet", "-m", "A ticket")
    git(tk, "clone", "--quiet", "--bare", ".", str(tmp_path / "shared.git"))
    git(tk, "remote", "add", "origin", str(tmp_path / "shared.git"))
    git(tk, "fetch", "--quiet", "origin")
    git(tk, "branch", "--quiet", "--set-upstream-to=origin/main")
    assert tk("doctor").code == 0
    assert "not yet" not in tk("doctor").stdout
    tk("close", "pt-1")
    git(tk, "commit", "--quiet", "--allow-empty", "-m", "Not of tickets")
    told = tk("doctor")
    assert told.code == 0
    assert "1 commit of tickets not yet on origin/main" in told.stdout
    git(tk, "push", "--quiet", "origin", "HEAD:main")
    git(tk, "reset", "--quiet", "--hard", "HEAD~2")
    assert "1 commit of tickets on origin/main not yet here" in tk("doctor").stdout


def test_what_no_tick_has_done_is_told(repo: Tk) -> None:
    repo.write("a-1")
    (repo.store / "rules.yml").write_text("- {name: old, on: time, if: age>1d, do: [{tag: old}]}\n", "utf-8")
    (repo.store / "recurring.yml").write_text("w: {rrule: FREQ=DAILY, start: 2026-02-27, title: Look}\n", "utf-8")
    committed(repo)
    late = {"TK_NOW": "2026-03-02T12:00:00Z"}
    done = repo("doctor", env=late)
    assert done.code == 0
    assert "advice: what `tk tick` has to do is not done: old " in done.stdout
    assert "[overdue-tick]" in done.stdout
    assert "call `tk tick` by cron" in done.stdout
    assert repo("tick", env=late).code == 0
    assert "overdue-tick" not in repo("doctor", env=late).stdout
