"""A repository with tickets and with work of the user's own, and a way to run tk in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from prefork.start import quick

TICKET = """---
id: {id}
status: open
deps: []
links: []
created: 2026-01-02T03:04:05Z
type: task
priority: 2
---
# {title}

Text.
"""
CONFIG = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"


@dataclass(frozen=True, slots=True)
class Result:
    """How one run ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that was printed."""
        return self.out + self.err


@dataclass(slots=True)
class Ground:
    """A folder with a repository `repo` and a home of its own; nothing of the machine's settings gets in."""

    base: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, base: Path, *, git: bool = True, tickets: int = 3) -> Ground:
        """A fresh repository with committed tickets `aa-1`, `aa-2`, … and a committed file `work.txt`."""
        home = base / "home"
        home.mkdir(parents=True)
        (home / ".gitconfig").write_text(CONFIG)
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        environment |= {
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            # Where writing fails, Python would leave compiled modules cut short in the installation.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        ground = cls(base, environment)
        ground.repo.mkdir()
        ground.store.mkdir()
        for number in range(1, tickets + 1):
            ground.ticket(f"aa-{number}").write_text(TICKET.format(id=f"aa-{number}", title=f"Ticket {number}"))
        (ground.repo / "work.txt").write_text("one\ntwo\nthree\n")
        if git:
            ground.git("init", "-q")
            ground.git("add", "-A")
            ground.git("commit", "-qm", "start")
        return ground

    @property
    def repo(self) -> Path:
        """The work tree."""
        return self.base / "repo"

    @property
    def store(self) -> Path:
        """The folder of the tickets."""
        return self.repo / ".tickets"

    def ticket(self, name: str) -> Path:
        """A ticket's file."""
        return self.store / f"{name}.md"

    def git(self, *args: str, check: bool = True, cwd: Path | None = None, stdin: str | None = None) -> str:
        """Runs git and gives its output."""
        done = subprocess.run(
            ["git", "-c", "core.fsmonitor=false", *args],
            cwd=cwd or self.repo,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"git {args}: {done.stderr}")
        return done.stdout

    def tk(
        self, *args: str, cwd: Path | None = None, env: dict[str, str] | None = None, stdin: str = "", wait: float = 120
    ) -> Result:
        """Runs tk."""
        done = subprocess.run(
            [*map(quick, command()), *args],
            cwd=cwd or self.repo,
            env={**self.environment, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            timeout=wait,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def hook(self, name: str, script: str, folder: Path | None = None) -> None:
        """Installs a hook."""
        folder = folder or self.repo / ".git" / "hooks"
        folder.mkdir(exist_ok=True, parents=True)
        path = folder / name
        path.write_text("#!/bin/sh\n" + script + "\n")
        path.chmod(0o755)

    def locks(self) -> list[str]:
        """The lock files of git and the temporary files in the store."""
        found = [str(path.relative_to(self.repo)) for path in (self.repo / ".git").rglob("*.lock")]
        return found + [str(path.relative_to(self.repo)) for path in self.store.rglob(".*.tmp")]


def command() -> list[str]:
    """The command under test: beside this Python, or on PATH."""
    beside = Path(sys.executable).with_name("tk")
    found = str(beside) if beside.exists() else shutil.which("tk")
    return [found] if found else [sys.executable, "-m", "plaintickets"]
