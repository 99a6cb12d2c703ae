"""Clones that share one bare remote."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builders import NOW, Repository
from store_files import Tk

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clones:
    """A bare repository and two clones of it, each with the tickets `pt-1` and `pt-2` and a file `work.txt`."""

    remote: Repository
    ada: Repository
    bo: Repository

    def remote_hook(self, name: str, script: str) -> Path:
        """Puts a hook into the remote."""
        return hook(self.remote.folder / "hooks", name, script)


def hook(folder: Path, name: str, script: str) -> Path:
    """Puts a hook into a folder."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def make_clones(repository: Repository) -> Clones:
    """A repository's two clones, and the remote between them."""
    for ticket in ("pt-1", "pt-2"):
        repository.tk.write(ticket, title=f"Ticket {ticket[-1]}")
    (repository.folder / "work.txt").write_text("one\ntwo\n", encoding="utf-8")
    repository.commit_all()
    base = repository.folder.parent
    repository.git("clone", "--quiet", "--bare", ".", str(base / "remote.git"))
    clones = []
    for name in ("ada", "bo"):
        repository.git("clone", "--quiet", str(base / "remote.git"), str(base / name))
        clones.append(Repository(Tk(repository.tk.command, base / name, {**repository.tk.environment, "TK_NOW": NOW})))
    shutil.rmtree(repository.folder)
    remote = Tk(repository.tk.command, base / "remote.git", repository.tk.environment)
    return Clones(Repository(remote), *clones)
