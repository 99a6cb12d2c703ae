"""`tk sync`: what two clones changed comes together, and whatever stops it leaves everything as it was."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from clones import Clones, hook, make_clones

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def clones(repository: Repository) -> Clones:
    return make_clones(repository)


def state(clone: Repository) -> list[str]:
    """Everything of a clone that a sync must not touch if it cannot finish."""
    git_dir = clone.folder / ".git"
    under_way = [
        name for name in ("rebase-merge", "rebase-apply", "MERGE_HEAD", "sequencer") if (git_dir / name).exists()
    ]
    files = sorted(path for path in clone.folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return [
        clone.git("rev-parse", "HEAD"),
        clone.git("symbolic-ref", "HEAD"),
        clone.git("status", "--porcelain", "--ignored"),
        clone.git("ls-files", "--stage"),
        clone.git("stash", "list"),
        *under_way,
        *(f"{path.name} {path.read_text()}" for path in files),
    ]


def contradict(clones: Clones) -> None:
    clones.bo.tk("set", "pt-1", "priority=0")
    assert clones.bo.tk("sync").code == 0
    clones.ada.tk("set", "pt-1", "priority=4")


def test_changes_of_different_fields_of_one_ticket_come_together(clones: Clones) -> None:
    clones.bo.tk("set", "pt-1", "priority=0", "tags+=slow")
    assert clones.bo.tk("sync").stdout == "origin/main: 0 commits received, 1 commit sent\n"
    clones.ada.tk("assign", "pt-1", "Ada")
    clones.ada.tk("set", "pt-1", "tags+=crash")
    assert clones.ada.tk("sync").lines == ["origin/main: 1 commit received, 2 commits sent", "Merged: pt-1"]
    assert clones.bo.tk("sync").stdout == "origin/main: 2 commits received, 0 commits sent\n"
    for clone in (clones.ada, clones.bo):
        shown = [clone.tk.field("pt-1", name) for name in ("priority", "assignee", "tags")]
        assert shown == ["0", "Ada", "[crash, slow]"]
        assert clone.git("status", "--porcelain") == ""
    assert clones.ada.git("rev-parse", "HEAD") == clones.bo.git("rev-parse", "HEAD")
    assert clones.ada.git("rev-list", "--merges", "HEAD") == ""
    assert clones.ada.tk("sync").stdout == "Nothing to do: main and origin/main are equal\n"


def test_the_author_the_date_and_the_message_of_what_is_put_onto_others_stay(clones: Clones) -> None:
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    shape = "--format=%an %ae %aI %B"
    clones.ada.git("config", "user.name", "Zoë ø")
    clones.ada.tk(
        "set", "pt-1", "priority=0", "--message", "ünusual\n\nwith a body", env={"GIT_AUTHOR_DATE": "@1000000000 +0330"}
    )
    before = clones.ada.git("log", "-1", shape)
    assert "2001-09-09" in before
    clones.ada.tk("sync")
    assert clones.ada.git("log", "-1", shape) == before


def test_by_merging_nothing_is_rewritten(clones: Clones) -> None:
    (clones.ada.tk.store / "config.yml").write_text("sync.method: merge\n", encoding="utf-8")
    clones.ada.commit_all()
    assert clones.ada.tk("sync").code == 0
    contradict(clones)
    mine = clones.ada.git("rev-parse", "HEAD")
    assert clones.ada.tk("sync", "--on-conflict", "record").code == 0
    assert clones.ada.git("rev-parse", "HEAD^1") == mine
    assert clones.ada.git("log", "-1", "--format=%s") == "Merge remote-tracking branch 'origin/main'"
    assert clones.bo.tk("sync").code == 0
    assert clones.bo.tk.text("pt-1") == clones.ada.tk.text("pt-1")


def test_a_series_that_contradicts_itself_only_on_the_way_is_merged_as_a_whole(clones: Clones) -> None:
    clones.bo.tk("set", "pt-1", "priority=1")
    clones.bo.tk("sync")
    for priority in ("0", "2"):  # there and back again
        clones.ada.tk("set", "pt-1", f"priority={priority}")
    clones.ada.tk("comment", "pt-1", "Not so urgent.")
    assert clones.ada.tk("sync").code == 0
    assert clones.ada.tk.field("pt-1", "priority") == "1"
    assert clones.ada.git("rev-list", "--merges", "--count", "HEAD") == "1"


def test_a_contradiction_is_named_and_nothing_is_changed(clones: Clones) -> None:
    contradict(clones)
    before = state(clones.ada)
    stopped = clones.ada.tk("sync")
    assert stopped.code == 5
    assert ".tickets/pt-1.md (priority)" in stopped.stderr
    assert "--on-conflict record" in stopped.stderr
    assert state(clones.ada) == before


def test_a_contradiction_may_be_recorded_in_the_ticket(clones: Clones) -> None:
    contradict(clones)
    done = json.loads(clones.ada.tk("sync", "--on-conflict", "record", "--json").stdout)
    assert (done["merged"], done["recorded"]) == (["pt-1"], [{"ticket": "pt-1", "field": "priority"}])
    kept = clones.ada.tk.text("pt-1")
    assert {"0", "4"} == {clones.ada.tk.field("pt-1", "priority"), kept.partition('"priority: ')[2][0]}
    clones.bo.tk("sync")
    assert clones.bo.tk.text("pt-1") == kept


def test_the_same_lines_of_a_text_are_recorded_without_conflict_markers(clones: Clones) -> None:
    for clone, text in ((clones.bo, "Bo's text.\n"), (clones.ada, "Ada's text.\n")):
        path = clone.tk.store / "pt-1.md"
        path.write_text(path.read_text().replace("Text.\n", text))
        clone.tk("commit")
        assert clone.tk("sync", "--on-conflict", "record").code == 0
    text = clones.ada.tk.text("pt-1")
    assert "\n<<<<<<<" not in text
    assert "Bo's text." in text
    assert "Ada's text." in text
    assert json.loads(clones.ada.tk("ls", "--all", "--json").stdout)["problems"] == []


def test_a_ticket_renamed_on_one_side_and_commented_on_the_other_is_one_ticket(clones: Clones) -> None:
    clones.bo.tk("mv", "pt-1", "pt-9")
    clones.bo.tk("sync")
    clones.ada.tk("comment", "pt-1", "Seen again.")
    assert clones.ada.tk("sync").code == 0
    assert "Seen again." in clones.ada.tk.text("pt-9")
    assert not (clones.ada.tk.store / "pt-1.md").exists()


def test_a_new_ticket_is_not_taken_for_another_that_was_renamed(clones: Clones) -> None:
    made = clones.bo.tk.text("pt-1").replace("id: pt-1", "id: pt-9").replace("04:05Z", "04:06Z")
    clones.bo.tk("mv", "pt-1", "pt-3")
    clones.bo.tk("comment", "pt-3", "\n\n".join(f"A long comment, line {number}." for number in range(30)))
    (clones.bo.tk.store / "pt-9.md").write_text(made)
    clones.bo.tk("commit")
    clones.bo.tk("sync")
    clones.ada.tk("set", "pt-1", "tags+=mine")
    assert clones.ada.tk("sync").code == 0
    assert clones.ada.tk.text("pt-9") == made
    assert not (clones.ada.tk.store / "pt-1.md").exists()
    assert clones.ada.tk.field("pt-3", "tags") == "[mine]"
    assert "A long comment, line 29." in clones.ada.tk.text("pt-3")


def test_a_ticket_renamed_on_both_sides_goes_on_under_one_id_or_stops_it(clones: Clones) -> None:
    clones.bo.tk("dep", "pt-2", "pt-1")
    clones.bo.tk("mv", "pt-1", "pt-b")
    clones.bo.tk("sync")
    clones.ada.tk("mv", "pt-1", "pt-a")
    stopped = clones.ada.tk("sync")
    assert (stopped.code, ".tickets/pt-1.md (id)" in stopped.stderr) == (5, True)
    said = clones.ada.tk("sync", "--on-conflict", "record").stderr
    assert "pt-1: both sides renamed it" in said
    assert 'pt-b: "Ticket 1" has the id pt-a now' in said
    assert sorted(path.stem for path in clones.ada.tk.store.glob("pt-*.md")) == ["pt-2", "pt-a"]
    assert clones.ada.tk.field("pt-2", "deps") == "[pt-a]"


def test_a_ticket_removed_on_one_side_and_changed_on_the_other_stays_or_stops_it(clones: Clones) -> None:
    clones.bo.tk("rm", "pt-1")
    clones.bo.tk("sync")
    clones.ada.tk("set", "pt-1", "priority=0")
    stopped = clones.ada.tk("sync")
    assert (stopped.code, ".tickets/pt-1.md (ticket)" in stopped.stderr) == (5, True)
    assert "pt-1: one side removed it" in clones.ada.tk("sync", "--on-conflict", "record").stderr
    assert clones.ada.tk.field("pt-1", "priority") == "0"


def test_work_that_is_not_committed_stays_where_it_is(clones: Clones) -> None:
    contradict(clones)
    ada = clones.ada
    (ada.folder / "staged.txt").write_text("staged\n")
    ada.git("add", "staged.txt")
    (ada.folder / "staged.txt").write_text("staged and changed\n")
    (ada.folder / "work.txt").write_text("one\nhalf\n")
    (ada.folder / "untracked.txt").write_text("mine\n")
    (ada.tk.store / "pt-2.md").write_text(ada.tk.text("pt-2") + "By hand.\n")
    before = ada.git("diff"), ada.git("diff", "--cached"), ada.git("status", "--porcelain")
    assert ada.tk("sync", "--on-conflict", "record").code == 0
    assert (ada.git("diff"), ada.git("diff", "--cached"), ada.git("status", "--porcelain")) == before


@pytest.mark.parametrize("how", ["changed", "staged", "untracked", "ignored"])
def test_uncommitted_work_in_the_way_is_named_and_not_touched(clones: Clones, how: str) -> None:
    name = "work.txt" if how in ("changed", "staged") else "new.log"
    (clones.bo.folder / name).write_text("Bo's\n")
    clones.bo.commit_all()
    assert clones.bo.tk("sync", "--all").code == 0
    (clones.ada.folder / name).write_text("mine\n")
    if how == "staged":
        clones.ada.git("add", name)
    if how == "ignored":
        (clones.ada.folder / ".git" / "info" / "exclude").write_text("*.log\n")
    clones.ada.tk("close", "pt-1")
    before = state(clones.ada)
    refused = clones.ada.tk("sync")
    assert (refused.code, name in refused.stderr) == (5, True)
    assert state(clones.ada) == before
    assert clones.remote.git("log", "-1", "--format=%s") == "by hand"


def test_commits_of_code_are_pushed_only_when_asked_for(clones: Clones) -> None:
    (clones.ada.folder / "work.txt").write_text("half done\n")
    clones.ada.commit_all("half done")
    clones.ada.tk("close", "pt-1")
    before = state(clones.ada)
    refused = clones.ada.tk("sync")
    assert (refused.code, "1 commit is not yet on origin/main that contains more than tickets" in refused.stderr) == (
        3,
        True,
    )
    assert state(clones.ada) == before
    assert clones.ada.tk("sync", "--no-push").code == 0
    assert clones.ada.tk("sync", "--all").stdout == "origin/main: 0 commits received, 2 commits sent\n"


def test_a_contradiction_in_the_code_is_left_to_git(clones: Clones) -> None:
    for clone in (clones.bo, clones.ada):
        (clone.folder / "work.txt").write_text(f"{clone.folder.name}\n")
        clone.commit_all()
    clones.bo.tk("sync", "--all")
    before = state(clones.ada)
    stopped = clones.ada.tk("sync", "--all", "--on-conflict", "record")
    assert stopped.code == 5
    assert "in work.txt" in stopped.stderr
    assert "git pull" in stopped.stderr
    assert state(clones.ada) == before


def test_a_remote_that_refuses_is_quoted_and_nothing_is_changed_here(clones: Clones) -> None:
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    clones.remote_hook("pre-receive", "echo 'main is protected' >&2; exit 1")
    clones.ada.tk("close", "pt-1")
    before = state(clones.ada)
    refused = clones.ada.tk("sync")
    assert (refused.code, "main is protected" in refused.stderr, "--branch" in refused.stderr) == (5, True, True)
    assert state(clones.ada) == before


@pytest.mark.parametrize("when", ["pre-receive", "post-receive"])
def test_after_a_network_that_broke_off_the_next_sync_ends_it(clones: Clones, when: str) -> None:
    clones.bo.tk("set", "pt-1", "tags+=slow")
    clones.bo.tk("sync")
    broken = clones.remote_hook(when, "kill -9 $PPID")
    for priority in ("1", "0", "3"):  # a chain that contradicts itself if it is put onto its own end
        clones.ada.tk("set", "pt-1", f"priority={priority}")
    before = state(clones.ada)
    failed = clones.ada.tk("sync")
    assert (failed.code, "could not push" in failed.stderr) == (5, True)
    assert state(clones.ada) == before
    broken.unlink()
    clones.ada.tk("comment", "pt-1", "Later.")
    assert clones.ada.tk("sync").code == 0
    assert (clones.ada.tk.field("pt-1", "priority"), clones.ada.tk.field("pt-1", "tags")) == ("3", "[slow]")
    assert clones.ada.git("rev-parse", "HEAD") == clones.remote.git("rev-parse", "main")
    assert clones.ada.git("rev-list", "--count", "HEAD") == "7"


def test_a_remote_that_is_not_there_is_named(clones: Clones) -> None:
    clones.ada.tk("close", "pt-1")
    clones.ada.git("config", "remote.origin.url", "/nowhere/at/all")
    before = state(clones.ada)
    failed = clones.ada.tk("sync")
    assert (failed.code, "could not fetch from origin" in failed.stderr) == (5, True)
    assert state(clones.ada) == before


def test_whoever_is_slower_tries_again(clones: Clones) -> None:
    clones.bo.tk("close", "pt-2")
    once = "test -e once || { touch once; unset GIT_DIR GIT_WORK_TREE; cd ../bo && git push -q; }"
    hook(clones.ada.folder / ".git" / "hooks", "pre-push", once)
    clones.ada.tk("close", "pt-1")
    assert clones.ada.tk("sync").code == 0
    assert clones.ada.git("rev-parse", "HEAD") == clones.remote.git("rev-parse", "main")
    assert (clones.ada.tk.field("pt-1", "status"), clones.ada.tk.field("pt-2", "status")) == ("closed", "closed")


def test_what_is_committed_during_the_push_is_not_lost(clones: Clones) -> None:
    clones.bo.tk("set", "pt-1", "tags+=slow")
    clones.bo.tk("sync")
    hook(clones.ada.folder / ".git" / "hooks", "pre-push", "test -e once || { touch once; tk set pt-1 priority=1; }")
    clones.ada.tk("set", "pt-1", "priority=0")
    path = {"PATH": clones.ada.tk.command.rpartition("/")[0] + ":" + clones.ada.tk.environment["PATH"]}
    assert clones.ada.tk("sync", env=path).code == 0
    assert (clones.ada.tk.field("pt-1", "priority"), clones.ada.tk.field("pt-1", "tags")) == ("1", "[slow]")
    assert clones.ada.git("rev-parse", "HEAD") == clones.remote.git("rev-parse", "main")


def test_after_a_kill_the_next_sync_ends_what_was_begun(clones: Clones) -> None:
    ada, bo = clones.ada, clones.bo
    (ada.folder / "untracked.txt").write_text("mine\n")
    (ada.folder / "work.txt").write_text("half done\n")
    for turn in range(6):
        bo.tk("comment", "pt-1", f"Bo {turn}.")
        assert bo.tk("sync").code == 0
        ada.tk("comment", "pt-1", f"Ada {turn}.")
        command = [ada.tk.command, "sync"]
        with subprocess.Popen(command, cwd=ada.folder, env=ada.tk.environment, start_new_session=True) as process:
            time.sleep(0.1 + turn * 0.1)
            process.kill()
        with contextlib.suppress(ProcessLookupError):
            while True:  # its git ends by itself
                os.killpg(process.pid, 0)
                time.sleep(0.02)
    assert ada.tk("sync").code == 0
    assert bo.tk("sync").code == 0
    assert ada.tk.text("pt-1") == bo.tk.text("pt-1")
    assert all(f"{name} {turn}." in ada.tk.text("pt-1") for name in ("Ada", "Bo") for turn in range(6))
    assert sorted(ada.git("status", "--porcelain").split()) == ["??", "M", "untracked.txt", "work.txt"]


def test_a_dry_run_changes_nothing_on_either_side(clones: Clones) -> None:
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    clones.ada.tk("close", "pt-1")
    before = state(clones.ada), clones.remote.git("rev-parse", "main")
    shown = clones.ada.tk("sync", "--dry-run")
    assert shown.stdout == "origin/main: 1 commit would be received, 1 commit would be sent\n"
    assert (state(clones.ada), clones.remote.git("rev-parse", "main")) == before


def test_the_first_sync_fills_an_empty_remote(clones: Clones) -> None:
    clones.remote.git("update-ref", "-d", "refs/heads/main")
    clones.ada.git("update-ref", "-d", "refs/remotes/origin/main")
    assert clones.ada.tk("sync", "--all").code == 0
    assert clones.remote.git("rev-parse", "main") == clones.ada.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("git checkout -q --detach", "HEAD is detached"),
        ("git branch --unset-upstream", "git push --set-upstream"),
        ("git checkout -q -b new && git branch -q -u main", "not a remote"),
        ("git checkout -q --orphan new", "no commit"),
        ("touch .git/MERGE_HEAD", "a merge is under way"),
        ("git -C ../remote.git update-ref -d refs/heads/main", "no longer exists on the remote"),
        ("git commit -q --amend -m other && git push -qf && git reset -q --hard HEAD@{1}", "was rewritten"),
        ("git checkout -q --orphan x && git commit -qm x && git branch -q -u origin/main", "in common"),
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_sync_with_it_says_so(clones: Clones, setting: str, said: str) -> None:
    subprocess.run(["sh", "-c", setting], cwd=clones.ada.folder, env=clones.ada.tk.environment, check=False)
    refs = clones.ada.git("for-each-ref", "refs/heads")
    refused = clones.ada.tk("sync")
    assert refused.code in (3, 5), refused.stdout
    assert said in refused.stderr
    assert clones.ada.git("for-each-ref", "refs/heads") == refs


def test_a_shallow_clone_says_how_to_reach_further_back(clones: Clones) -> None:
    base = clones.ada.folder.parent
    clones.ada.git("clone", "-q", "--depth=1", f"file://{base}/remote.git", str(base / "shallow"))
    shallow = type(clones.ada)(type(clones.ada.tk)(clones.ada.tk.command, base / "shallow", clones.ada.tk.environment))
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    shallow.tk("close", "pt-1")
    assert shallow.tk("sync").code == 0
    assert clones.remote.git("rev-list", "--count", "main") == "4"


def test_a_linked_work_tree_syncs_its_own_branch(clones: Clones) -> None:
    clones.ada.git("push", "-q", "origin", "main:other")
    clones.ada.git("fetch", "-q")
    clones.ada.git("worktree", "add", "-q", "-b", "other", "../linked", "origin/other")
    linked = clones.ada.folder.parent / "linked"
    assert clones.ada.tk("close", "pt-1", cwd=linked).code == 0
    assert clones.ada.tk("sync", cwd=linked).stdout == "origin/other: 0 commits received, 1 commit sent\n"
    assert clones.ada.git("status", "--porcelain") == ""


def test_tickets_alone_go_to_a_branch_of_their_own(clones: Clones) -> None:
    ada = clones.ada
    clones.bo.tk("set", "pt-1", "tags+=slow")
    clones.bo.tk("sync")
    ada.tk("set", "pt-1", "priority=1")
    (ada.folder / "work.txt").write_text("half done\n")
    ada.commit_all("half done")
    ada.tk("set", "pt-1", "priority=0")
    before = state(ada)
    done = ada.tk("sync", "--branch", "tickets/ada")
    assert done.stdout.startswith("origin/tickets/ada: 0 commits received, 2 commits sent\n")
    assert "not pushed: 1 commit that contains more than tickets" in done.stderr
    assert state(ada) == before
    assert clones.remote.git("diff", "--name-only", "main", "tickets/ada") == ".tickets/pt-1.md"
    assert "Nothing to do" in ada.tk("sync", "--branch", "tickets/ada").stdout
    ada.tk("comment", "pt-2", "And this.")
    assert "1 commit sent" in ada.tk("sync", "--branch", "tickets/ada").stdout
    clones.remote.git("update-ref", "refs/heads/main", "refs/heads/tickets/ada")
    assert ada.tk("sync", "--no-push").code == 0
    assert ada.git("log", "--format=%s", "origin/main..") == "half done"


def test_a_branch_name_that_is_none_or_the_shared_one_is_refused(clones: Clones) -> None:
    for name in ("-x", "a..b", "main"):
        assert clones.ada.tk("sync", f"--branch={name}").code == 3
    assert clones.ada.tk("sync", "--branch=x", "--all").code == 2


def test_a_submodule_that_is_not_checked_out_does_not_stop_it(clones: Clones) -> None:
    ada, bo = clones.ada, clones.bo
    part = str(clones.remote.folder)
    bo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", part, "parts/part")
    bo.commit_all()
    assert bo.tk("sync", "--all").code == 0
    ada.git("pull", "--quiet")
    ada.git("sparse-checkout", "set", ".tickets")
    bo.git("-C", "parts/part", "commit", "--quiet", "--allow-empty", "-m", "on")
    bo.git("add", "parts/part")
    bo.git("commit", "--quiet", "-m", "the part goes on")
    assert bo.tk("sync", "--all").code == 0
    done = ada.tk("sync")
    assert done.code == 0, done.stderr
    assert ada.git("rev-parse", "HEAD") == bo.git("rev-parse", "HEAD")
    assert ada.git("status", "--porcelain") == ""


@pytest.mark.parametrize("asleep", ["fetch", "push", "branch"])
def test_a_remote_that_does_not_answer_is_not_waited_for(clones: Clones, asleep: str) -> None:
    clones.ada.tk("close", "pt-1")
    words = ["sync", "--timeout", "2", *(["--branch", "tickets/ada"] if asleep == "branch" else [])]
    if asleep == "fetch":
        clones.ada.git("config", "remote.origin.uploadpack", "sleep 30; git-upload-pack")
    else:
        sleeping = clones.remote_hook("pre-receive", "sleep 30")
    before = state(clones.ada)
    refused = clones.ada.tk(*words)
    assert refused.code == 5
    assert f"origin did not answer `git {'fetch' if asleep == 'fetch' else 'push'}` within 2 s" in refused.stderr
    assert state(clones.ada) == before
    if asleep == "fetch":
        clones.ada.git("config", "--unset", "remote.origin.uploadpack")
    else:
        sleeping.unlink()
    assert clones.ada.tk(*words, "--timeout", "0").code == 0
    name = "tickets/ada" if asleep == "branch" else "main"
    assert "status: closed" in clones.remote.git("show", f"{name}:.tickets/pt-1.md")
