"""The workflow that brings a pull request up to date: its lines run in a clone of a server."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from builders import Repository
from ci_examples import TICKETS, run_job, shell

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pull_request_that_conflicts_in_tickets_is_brought_up_to_date(branch: Repository, tmp_path: Path) -> None:
    server = tmp_path / "server.git"
    branch.git("checkout", "--quiet", "main")
    (branch.folder / "ci").mkdir()
    shutil.copytree(TICKETS, branch.folder / "ci" / "tickets", ignore=shutil.ignore_patterns("__pycache__"))
    branch.tk.write("pt-1", "Parser drops the last line", deps="pt-0")
    branch.commit_all("waits")
    branch.git("clone", "--quiet", "--bare", str(branch.folder), str(server))
    runner = Repository(replace(branch.tk, folder=tmp_path / "runner"))
    branch.git("clone", "--quiet", "--branch=work", str(server), str(runner.folder))
    assert shell(runner, "git merge --quiet origin/main").returncode == 1, "git alone can merge it"
    runner.git("merge", "--abort")
    given = {"BASE": "origin/main", "PUSH": "origin work", "RUNNER_TEMP": str(tmp_path)}
    done = run_job(runner, "update.yml", "update", **given)
    assert done.returncode == 0, done.stdout + done.stderr
    runner.git("fetch", "--quiet", "origin")
    shown = runner.git("show", "origin/work:.tickets/pt-1.md")
    assert "status: closed" in shown
    assert "deps: [pt-0]" in shown
    assert runner.git("merge-base", "origin/main", "origin/work") == runner.git("rev-parse", "origin/main")
