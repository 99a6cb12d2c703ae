"""The workflow that closes what merged commits say they close: its lines run in a clone of a server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import Repository
from ci_examples import run_job

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def server(branch: Repository) -> Path:
    """A bare repository with the same branches."""
    folder = branch.folder.parent / "server.git"
    branch.git("clone", "--quiet", "--bare", str(branch.folder), str(folder))
    return folder


@pytest.mark.parametrize(
    ("trailers", "code"), [("Closes: pt-0", 0), ("Closes: pt-0\nCloses: pt-99", 3), ("Ref: pt-0", 0)]
)
def test_what_merged_commits_close_is_closed_on_the_server(
    branch: Repository, server: Path, trailers: str, code: int
) -> None:
    before = branch.git("rev-parse", "main")
    branch.git("checkout", "--quiet", "main")
    (branch.folder / "fire.txt").write_text("out\n")
    after = branch.commit_all(f"Put the fire out\n\n{trailers}")
    branch.git("push", "--quiet", str(server), "main")
    runner = Repository(replace(branch.tk, folder=branch.folder.parent / "runner"))
    branch.git("clone", "--quiet", "--branch=main", str(server), str(runner.folder))
    done = run_job(runner, "close-by-commit.yml", "close", BEFORE=before, AFTER=after)
    assert done.returncode == code, done.stdout + done.stderr
    runner.git("fetch", "--quiet", "origin")
    closes = "Closes" in trailers
    assert ("status: closed" in runner.git("show", "origin/main:.tickets/pt-0.md")) == closes
    assert runner.git("rev-parse", "origin/main~1" if closes else "origin/main") == after
