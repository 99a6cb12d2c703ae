"""`tk claim --push`: of several clones one has the ticket, and whatever fails leaves a state that is named."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from clones import Clones, hook, make_clones
from prefork.start import quick

if TYPE_CHECKING:
    from builders import Repository

pytestmark = pytest.mark.only_plaintickets
REFUSE = "echo the rules say no >&2; exit 1"


@pytest.fixture
@built_once
def clones(repository: Repository) -> Clones:
    made = make_clones(repository)
    made.bo.git("config", "user.name", "Bo Peep")
    made.bo.git("config", "user.email", "bo@example.org")
    return made


def state(clone: Repository) -> list[str]:
    """What a refused claim must not touch."""
    return [clone.git("rev-parse", "HEAD"), clone.git("status", "--porcelain"), clone.tk.text("pt-1")]


def unpushed_work(clone: Repository) -> str:
    """A commit of code and one of a ticket that the remote does not have, and uncommitted work; their tip."""
    (clone.folder / "work.txt").write_text("one\ntwo\nthree\n")
    clone.commit_all("code")
    clone.tk("comment", "pt-2", "Not pushed yet.")
    (clone.folder / "notes.txt").write_text("not committed\n")
    return clone.git("rev-parse", "HEAD")


def shared(clones: Clones, ticket: str = "pt-1") -> str:
    """The ticket on the remote."""
    return clones.remote.git("show", f"main:.tickets/{ticket}.md")


def test_a_claim_is_pushed_alone_and_the_other_clone_hears_who_has_it(clones: Clones) -> None:
    done = clones.ada.tk("claim", "--push", "pt-1")
    expected = ["Updated pt-1 -> in_progress", "Assigned to Ada Lovelace: pt-1", "Pushed to origin/main"]
    assert (done.lines, done.stderr, done.code) == (expected, "", 0)
    assert "assignee: Ada Lovelace" in shared(clones)
    before = state(clones.bo)
    refused = clones.bo.tk("claim", "--push", "pt-1")
    assert refused.code == 3
    assert "Error: pt-1 is taken: on origin/main it is assigned to Ada Lovelace" in refused.stderr
    assert state(clones.bo) == before
    expected = ["pt-1: nothing to change", "origin/main has the claim"]
    assert clones.ada.tk("claim", "--push", "pt-1").lines == expected
    again = json.loads(clones.ada.tk("claim", "--push", "pt-1", "--json").stdout)
    assert (again["commit"], again["pushed"]) == (None, "origin/main")


def test_other_commits_of_the_clone_are_neither_pushed_nor_touched(clones: Clones) -> None:
    tip = unpushed_work(clones.ada)
    clones.bo.tk("close", "pt-2")
    assert clones.bo.tk("sync").code == 0
    assert clones.ada.tk("claim", "--push", "pt-1").code == 0
    assert clones.ada.git("rev-parse", "HEAD^") == tip
    assert clones.remote.git("show", "main:work.txt") == "one\ntwo"
    assert "Not pushed yet" not in shared(clones, "pt-2")
    assert clones.remote.git("log", "-1", "--format=%an", "main") == "Ada Lovelace"
    assert clones.ada.tk("sync", "--all").code == 0
    assert clones.ada.git("log", "--format=%s", "--grep=Tk-Claim").count("\n") == 0
    assert clones.ada.tk.field("pt-1", "assignee") == "Ada Lovelace"
    assert (clones.ada.folder / "notes.txt").read_text() == "not committed\n"


def test_without_other_commits_the_branch_follows_what_others_pushed(clones: Clones) -> None:
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    done = json.loads(clones.ada.tk("claim", "--push", "pt-1", "--json").stdout)
    assert done["commit"] == clones.remote.git("rev-parse", "main") == clones.ada.git("rev-parse", "HEAD")
    assert clones.ada.tk.field("pt-2", "status") == "closed"
    assert clones.ada.git("status", "--porcelain") == ""


@pytest.mark.parametrize("twins", [False, True])
def test_of_clones_that_claim_at_once_exactly_one_has_the_ticket(clones: Clones, twins: bool) -> None:
    if twins:  # two clones of one person, or two agents of one name, in the same second
        clones.bo.git("config", "user.name", "Ada Lovelace")
        clones.bo.git("config", "user.email", "ada@example.org")
    for number in range(3):
        ticket = f"pt-r{number}"
        clones.ada.tk.write(ticket, "A race")
        clones.ada.git("add", "--all")
        clones.ada.git("commit", "--quiet", "-m", "more")
        for clone in (clones.ada, clones.bo):
            assert clone.tk("sync", "--all").code == 0
        tips = [unpushed_work(clone) for clone in (clones.ada, clones.bo)] if number == 2 else []
        running = [
            subprocess.Popen(
                [quick(clone.tk.command), "claim", "--push", ticket],
                cwd=clone.folder,
                env=clone.tk.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for clone in (clones.ada, clones.bo)
        ]
        said = [one.communicate() for one in running]
        codes = [one.returncode for one in running]
        assert sorted(codes) == [0, 3], said
        winner, loser = (clones.ada, clones.bo) if codes[0] == 0 else (clones.bo, clones.ada)
        name = winner.git("config", "user.name")
        assert f"{ticket} is taken: on origin/main it is assigned to {name}" in said[codes.index(3)][1]
        assert f"assignee: {name}" in shared(clones, ticket)
        assert loser.tk.field(ticket, "assignee") is None
        if tips:
            assert loser.git("rev-parse", "HEAD") == tips[codes.index(3)]
            assert (loser.folder / "notes.txt").exists()
    assert clones.remote.git("rev-list", "--merges", "main") == ""


def test_a_loser_whose_clone_has_newer_commits_loses_only_the_claim(clones: Clones) -> None:
    """While the claim is being pushed, somebody else claims it, and this clone gets another commit."""
    other = f"cd '{clones.bo.folder}' && env -u GIT_DIR tk claim --push pt-1 >&2 || exit 7"
    script = f"""rm -f .git/hooks/pre-push
env -u GIT_DIR {clones.ada.tk.command} comment pt-2 'Made meanwhile.' >&2
({other.replace("tk claim", clones.bo.tk.command + " claim")})"""
    hook(clones.ada.folder / ".git/hooks", "pre-push", script)
    done = clones.ada.tk("claim", "--push", "pt-1")
    assert (done.code, "pt-1 is taken: on origin/main it is assigned to Bo Peep" in done.stderr) == (3, True)
    assert clones.ada.tk.field("pt-1", "assignee") is None
    assert "Made meanwhile." in clones.ada.tk.text("pt-2")
    assert clones.ada.git("status", "--porcelain") == ""
    assert "undo" in clones.ada.git("log", "-1", "--format=%s")


def test_what_the_remote_refuses_is_undone_here(clones: Clones) -> None:
    tip = unpushed_work(clones.ada)
    before = state(clones.ada)
    clones.remote_hook("pre-receive", REFUSE)
    done = clones.ada.tk("claim", "--push", "pt-1", "-m", "on it")
    assert done.code == 5
    assert "the rules say no" in done.stderr
    assert "; nothing was changed here\n" in done.stderr
    assert "sync --branch" not in done.stderr
    assert (state(clones.ada), before[0]) == (before, tip)
    assert "assignee" not in shared(clones)


def test_a_remote_that_hangs_leaves_a_state_that_asking_again_resolves(clones: Clones) -> None:
    path = clones.remote_hook("pre-receive", "sleep 30")
    done = clones.ada.tk("claim", "--push", "pt-1", "--timeout", "0.5")
    assert done.code == 5
    assert "did not answer `git push` within 0.5 s" in done.stderr
    assert "pt-1 stays claimed here; whether origin/main has the claim is not known" in done.stderr
    assert clones.ada.tk.field("pt-1", "assignee") == "Ada Lovelace"
    path.unlink()
    assert clones.ada.tk("claim", "--push", "pt-1").code == 0
    assert "assignee: Ada Lovelace" in shared(clones)


def test_a_push_whose_answer_is_lost_counts_if_it_arrived(clones: Clones) -> None:
    clones.ada.git("config", "remote.origin.receivepack", "false")
    lost = clones.ada.tk("claim", "--push", "pt-1")
    assert (lost.code, clones.ada.tk.field("pt-1", "assignee")) == (5, None)
    assert lost.stderr.count("nothing was changed") == 1
    clones.ada.git("config", "--unset", "remote.origin.receivepack")
    clones.remote_hook("post-receive", "kill -9 $PPID")
    assert clones.ada.tk("claim", "--push", "pt-1").code == 0
    assert "assignee: Ada Lovelace" in shared(clones)


def test_an_offline_claim_is_pushed_later_or_lost_to_whoever_was_faster(clones: Clones) -> None:
    clones.ada.tk("claim", "pt-1")
    clones.ada.tk("claim", "pt-2")
    clones.bo.tk("claim", "--push", "pt-2")
    assert clones.ada.tk("claim", "--push", "pt-1").code == 0
    assert "assignee: Ada Lovelace" in shared(clones)
    assert "assignee: Bo Peep" in shared(clones, "pt-2")
    lost = clones.ada.tk("claim", "--push", "pt-2")
    assert (lost.code, "assigned to Bo Peep" in lost.stderr) == (3, True)


def test_force_takes_over_what_both_sides_know(clones: Clones) -> None:
    clones.bo.tk("claim", "--push", "pt-1")
    changed_there = clones.ada.tk("claim", "--push", "--force", "pt-1")
    assert (changed_there.code, "origin/main has another change of pt-1" in changed_there.stderr) == (3, True)
    assert clones.ada.git("status", "--porcelain", "--branch") == "## main...origin/main [behind 1]"
    clones.ada.tk("sync")
    assert clones.ada.tk("claim", "--push", "--force", "pt-1").code == 0
    assert "assignee: Ada Lovelace" in shared(clones)


def test_what_cannot_be_claimed_across_clones_says_why(clones: Clones) -> None:
    ada = clones.ada
    ada.tk.write("pt-new", "Only here")
    ada.commit_all()
    assert "pt-new is not on origin/main" in ada.tk("claim", "--push", "pt-new").stderr
    usage = ada.tk("claim", "--push", "--no-commit", "pt-1")
    assert (usage.code, "--no-commit" in usage.stderr) == (2, True)
    path = ada.tk.store / "pt-1.md"
    path.write_text(path.read_text() + "By hand.\n")
    dirty = ada.tk("claim", "--push", "pt-1")
    assert (dirty.code, ".tickets/pt-1.md has uncommitted changes" in dirty.stderr) == (3, True)
    ada.tk("commit")
    clones.bo.tk("close", "pt-2")
    clones.bo.tk("sync")
    closed = ada.tk("claim", "--push", "pt-2")
    assert (closed.code, "pt-2 is closed on origin/main" in closed.stderr) == (3, True)
    ada.git("remote", "set-url", "origin", "/nowhere/at/all")
    gone = ada.tk("claim", "--push", "pt-1")
    assert (gone.code, "nothing was changed here" in gone.stderr) == (5, True)
    ada.git("branch", "--unset-upstream")
    assert "is not shared with any remote" in ada.tk("claim", "--push", "pt-1").stderr
    assert ada.tk.field("pt-1", "assignee") is None
