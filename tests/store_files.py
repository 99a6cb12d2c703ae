"""Ticket files written and read by hand, so that a test needs no part of the program."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of the command gave."""

    stdout: str
    stderr: str
    code: int

    @property
    def lines(self) -> list[str]:
        """Standard output, a line an item."""
        return self.stdout.splitlines()


@dataclass(frozen=True, slots=True)
class Tk:
    """The command under test, run in a fresh folder."""

    command: str
    folder: Path
    environment: dict[str, str]

    def __call__(
        self,
        *args: str,
        stdin: str | None = None,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Result:
        """Run the command; standard input is empty unless given."""
        done = subprocess.run(
            [quick(self.command), *args],
            input=stdin or "",
            cwd=cwd or self.folder,
            env={**self.environment, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        return Result(done.stdout, done.stderr, done.returncode)

    @property
    def store(self) -> Path:
        """Where the tickets lie."""
        return self.folder / ".tickets"

    def write(
        self,
        ticket: str,
        title: str = "A ticket",
        *,
        status: str = "open",
        deps: str = "",
        links: str = "",
        priority: str | None = "2",
        more: str = "",
        body: str = "Text.\n",
    ) -> Path:
        """Write a ticket as the bash tool lays it out; `more` holds further front-matter lines."""
        rank = f"priority: {priority}\n" if priority is not None else ""
        text = (
            f"---\nid: {ticket}\nstatus: {status}\ndeps: [{deps}]\nlinks: [{links}]\n"
            f"created: 2026-01-02T03:04:05Z\ntype: task\n{rank}{more}---\n# {title}\n\n{body}"
        )
        self.store.mkdir(exist_ok=True)
        path = self.store / f"{ticket}.md"
        path.write_text(text, encoding="utf-8")
        return path

    def text(self, ticket: str) -> str:
        """The file of a ticket."""
        return (self.store / f"{ticket}.md").read_text(encoding="utf-8")

    def field(self, ticket: str, name: str) -> str | None:
        """The value of a key as it is written, or None."""
        found = re.search(rf"^{re.escape(name)}: *(.*)$", self.text(ticket), re.MULTILINE)
        return found.group(1) if found else None

    def plugin(self, name: str, script: str) -> dict[str, str]:
        """Put an executable on PATH; the result is the environment to run with."""
        folder = self.folder.parent / "plugins"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        path.chmod(0o755)
        return {"PATH": f"{folder}{os.pathsep}{self.environment['PATH']}"}
