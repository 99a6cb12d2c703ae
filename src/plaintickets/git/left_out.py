"""Files of the store that a sparse checkout leaves out: they are in the index, not in the work tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.paths import git_lead, key_of

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess


def is_sparse(git_dir: str) -> bool:
    """Return whether the work tree may be sparse; True also if it was sparse earlier."""
    return os.path.lexists(os.path.join(git_dir, "info", "sparse-checkout"))


def left_out(git: GitProcess, prefix: str) -> list[str]:
    """Return the store paths of tickets and comments that the sparse checkout leaves out."""
    start = git_lead(prefix)
    paths = (path.removeprefix(start) for path in _skipped(git, prefix))
    return [path for path in paths if key_of(path)]


def hidden_stores(git: GitProcess, folder: str, name: str) -> list[str]:
    """Return the stores in a folder and the folders above it that are left out as a whole."""
    found = []
    while True:
        folder = "" if folder == "." else folder
        store = f"{folder}/{name}" if folder else name
        if _skipped(git, store):
            found.append(store)
        if not folder:
            return found
        folder = os.path.dirname(folder)


def _skipped(git: GitProcess, path: str) -> list[str]:
    rows = git.run("ls-files", "-t", "-z", "--", path).out.decode(errors="surrogateescape").split("\0")
    skipped = (row[2:] for row in rows if row.startswith("S "))
    return [row for row in skipped if not os.path.lexists(os.path.join(git.top, row))]
