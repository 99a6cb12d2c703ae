"""A program that must not be run, and what tells whether it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Every command that only reads; `aa-1` and `aa-2` exist.
READING = (
    (), ("status",), ("next",),
    ("ls",), ("ls", "--all", "--json"), ("show", "aa-1"), ("ready",), ("blocked",), ("blockers", "aa-2"), ("closed",),
    ("search", "text"), ("similar", "aa-1"), ("query",), ("query", ".id"), ("log",), ("log", "aa-1"), ("doctor",),
    ("dep", "tree", "aa-1"), ("types",), ("config",), ("help",), ("help", "query"), ("completion", "bash"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Canary:
    """A script that notes each of its runs."""

    path: Path
    log: Path

    @classmethod
    def hatch(cls, folder: Path) -> Canary:
        """A canary in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        canary = cls(folder / "canary", folder / "canary.log")
        canary.copy_to(canary.path)
        return canary

    def copy_to(self, path: Path) -> None:
        """Puts the script under another name."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.log}"\n', encoding="utf-8")
        path.chmod(0o755)

    @property
    def runs(self) -> list[str]:
        """The command lines with which it was run."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
