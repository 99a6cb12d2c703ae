"""The job that brings a pull request up to date: tickets by the driver, code only where git can."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from ci_examples import TICKETS, path_with
from clones import Clones, make_clones
from gitwork import git

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
@built_once
def clones(repository: Repository) -> Clones:
    """A pull request `topic` by Ada, and changes on `main` by Bo that git's own merge cannot join with it."""
    made = make_clones(repository)
    made.bo.tk("set", "pt-1", "priority=0", "tags+=slow")
    made.bo.git("push", "-q")
    made.ada.git("checkout", "-q", "-b", "topic")
    made.ada.tk("assign", "pt-1", "Ada")
    made.ada.tk("set", "pt-1", "tags+=crash")
    made.ada.git("push", "-q", "origin", "topic")
    made.ada.git("fetch", "-q")
    return made


def update(clones: Clones, **variables: str) -> tuple[int, str]:
    ada = clones.ada
    environment = {**ada.tk.environment, "PATH": path_with(ada), "BASE": "origin/main", **variables}
    done = subprocess.run(
        ["sh", str(TICKETS / "update.sh")],
        cwd=ada.folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_git_alone_cannot_merge_it_and_the_job_can(clones: Clones) -> None:
    git(clones.ada.tk, "merge", "-q", "origin/main", fails=True)
    clones.ada.git("merge", "--abort")
    assert update(clones, PUSH="origin topic") == (0, "")
    shown = clones.remote.git("show", "topic:.tickets/pt-1.md")
    assert "priority: 0" in shown
    assert "assignee: Ada" in shown
    assert "tags: [crash, slow]" in shown
    assert clones.remote.git("merge-base", "main", "topic") == clones.remote.git("rev-parse", "main")
    assert update(clones) == (0, "")


def test_what_contradicts_itself_is_named_and_left_alone(clones: Clones) -> None:
    clones.ada.tk("set", "pt-1", "priority=4")
    (clones.ada.folder / "work.txt").write_text("Ada's\n")
    clones.ada.commit_all()
    (clones.bo.folder / "work.txt").write_text("Bo's\n")
    clones.bo.commit_all()
    clones.bo.git("push", "-q")
    clones.ada.git("fetch", "-q")
    before = clones.ada.git("rev-parse", "HEAD")
    code, said = update(clones, PUSH="origin topic")
    assert code == 1
    assert ".tickets/pt-1.md" in said
    assert "work.txt" in said
    assert (clones.ada.git("status", "--porcelain"), clones.ada.git("rev-parse", "HEAD")) == ("", before)


def test_where_nobody_could_try_it_says_so(clones: Clones) -> None:
    assert update(clones, BASE="origin/nowhere")[0] == 4
    (clones.ada.folder / "work.txt").write_text("half done\n")
    assert update(clones) == (3, "the checkout is not clean\n")
