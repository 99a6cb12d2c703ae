"""A store in a real repository, asked in this process or through the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from plaintickets.actions.listing import Filter
from plaintickets.actions.search import Answer, SearchOptions, search
from plaintickets.project import Project, Surroundings
from prefork.start import quick

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Store:
    """A folder with tickets."""

    folder: Path
    home: Path

    @property
    def tickets(self) -> Path:
        return self.folder / ".tickets"

    @property
    def index(self) -> Path:
        return self.folder / ".git" / "plaintickets" / "search"

    @property
    def environ(self) -> dict[str, str]:
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
        # Where files cannot grow, Python would leave compiled modules cut short in the installation.
        return {**environ, "PYTHONDONTWRITEBYTECODE": "1"}

    def write(self, ticket: str, title: str, body: str = "", *, more: str = "", status: str = "open") -> Path:
        self.tickets.mkdir(exist_ok=True)
        path = self.tickets / f"{ticket}.md"
        front = f"---\nid: {ticket}\nstatus: {status}\ndeps: []\nlinks: []\ncreated: 2026-01-02T03:04:05Z\n{more}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{front}---\n# {title}\n\n{body}\n", encoding="utf-8")
        return path

    def project(self) -> Project:
        return Project.open(Surroundings(str(self.folder), self.environ, lambda: NOW, lambda _: 0, lambda _: None))

    def ask(self, query: str, *, limit: int | None = None, order: str = "") -> Answer:
        wish = SearchOptions(order, limit)
        return search(self.project(), Filter(query), wish, lambda _done, _total: None)

    def found(self, query: str) -> list[str]:
        return [hit.ticket.id for hit in self.ask(query, limit=0).hits]

    def tk(
        self, *arguments: str, code: int = 0, first: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from plaintickets.cli import main; main()", *arguments]
        if first is None:
            command = [quick(str(Path(sys.executable).with_name("tk"))), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environ, input="", capture_output=True, encoding="utf-8", check=False,
            preexec_fn=first,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done


def make_store(tmp_path: Path) -> Store:
    """An empty store in a new repository."""
    folder, home = tmp_path / "project", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".tickets").mkdir()
    return Store(folder, home)
