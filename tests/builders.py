"""Real repositories for tests: one is made, the others are copies of it."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plaintickets.project import Project, Surroundings
    from store_files import Tk

NOW = "2026-03-01T12:00:00Z"
# Without maintenance: after each commit git would start a process that finds nothing to do.
GIT_SETTINGS = (
    "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
    "[maintenance]\n\tauto = false\n[core]\n\tfsync = none\n"
)
# What a test run takes over from whoever starts it. The rest would change what git and tk do.
KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "PLAINTICKETS_DATA", "CI")
KEPT_PREFIXES = ("PYTEST_", "COVERAGE_", "COV_", "HYPOTHESIS_")
# What the suite itself is told; a process of it that runs tests in parallel must hear it as well.
TOLD = ("TK_COMMAND", "TK_DIALECT", "TK_LAWS", "TK_PREFORK", "TK_WRITE_GOLDEN")
_MOMENT = "2026-01-01T00:00:00Z"


def clear_environment() -> None:
    """Takes every variable out of this process that a test must not depend on."""
    for name in list(os.environ):
        if name not in (*KEPT, *TOLD) and not name.startswith(KEPT_PREFIXES):
            del os.environ[name]
    os.environ["LC_ALL"] = "C.UTF-8"


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository with a store, and the command run in it."""

    tk: Tk

    @property
    def folder(self) -> Path:
        """The top of the work tree."""
        return self.tk.folder

    def git(self, *arguments: str, stdin: str | None = None) -> str:
        """Standard output of git, which must succeed."""
        if arguments == ("rev-parse", "HEAD") and (head := self._head()):
            return head
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.tk.environment,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout.rstrip("\n")

    def _head(self) -> str:
        """The commit that HEAD names if files say it, which asks no process: every other test wants it; else empty."""
        git = self.folder / ".git"
        try:
            text = (git / "HEAD").read_text("ascii").strip()
            text = (git / text.removeprefix("ref: ")).read_text("ascii").strip() if text.startswith("ref: ") else text
        except OSError:  # a linked work tree, a packed branch, no commit
            return ""
        return text if re.fullmatch(r"[0-9a-f]{40}", text) else ""

    def commit_all(self, message: str = "by hand") -> str:
        """Commits everything as git alone would; the new commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def diff_lines(self, revision: str = "HEAD") -> list[str]:
        """The added and removed lines of a commit."""
        shown = self.git("show", "--format=", "--unified=0", revision).splitlines()
        return [line for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def template_repository(folder: Path) -> Path:
    """A repository with one commit that holds an empty store's `.gitattributes` line."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": _MOMENT,
        "GIT_COMMITTER_DATE": _MOMENT,
    }
    (folder.parent / ".gitconfig").write_text(GIT_SETTINGS, encoding="utf-8")
    store = folder / ".tickets"
    store.mkdir(parents=True)
    (store / ".gitattributes").write_text("*.md text eol=lf\n", encoding="utf-8")
    # Git's samples of hooks would be copied for every test.
    for arguments in (["init", "--quiet", "--template="], ["add", "."], ["commit", "--quiet", "-m", "start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)
    for name in ("hooks", "info"):
        (folder / ".git" / name).mkdir()
    return folder


def opened(repository: Repository) -> Project:
    """Return the project of a repository, opened in this process; its ids have few signs, so that they collide."""
    from plaintickets.project import Project

    numbers = Random(1)
    return Project.open(surroundings(repository, lambda limit: numbers.randrange(limit) % 4))


def surroundings(
    repository: Repository, random_below: Callable[[int], int], notify: Callable[[str], None] = print
) -> Surroundings:
    """Return the surroundings of a repository in this process; the clock stands at NOW."""
    from datetime import datetime

    from plaintickets.project import Surroundings

    now = datetime.fromisoformat(NOW)
    return Surroundings(str(repository.folder), repository.tk.environment, lambda: now, random_below, notify, None)


def without_library(folder: Path, name: str) -> dict[str, str]:
    """Return the environment in which a library is not there to be imported; a folder is made in `folder` for it."""
    hiding = folder / "without"
    hiding.mkdir()
    (hiding / f"{name}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')\n")
    return {"PYTHONPATH": str(hiding)}
