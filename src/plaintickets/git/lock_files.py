"""Remove git's lock files that a dead process of ours left."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from plaintickets.system import files, processes

if TYPE_CHECKING:
    from collections.abc import Sequence


def remove_dead(git_dir: str, top: str, children: Sequence[tuple[int, str]], started: float) -> list[str]:
    """Remove the locks of dead git processes that an operation had started; return their names.

    `git commit --only` holds `index.lock` as long as `next-index-<pid>.lock` exists, so that number identifies the
    owner of the lock. Other locks count as the operation's own if they are newer than it and no git process runs in
    the repository.
    """
    names = [f"next-index-{pid}.lock" for pid, _ in children]
    removed = [name for name in names if _unlink(git_dir, name)]
    if removed and _unlink(git_dir, "index.lock"):
        removed.append("index.lock")
    if not processes.git_runs_in((top, git_dir)):
        removed += [
            name for name in _own_locks(git_dir) if _is_since(git_dir, name, started) and _unlink(git_dir, name)
        ]
    return removed


def _own_locks(git_dir: str) -> list[str]:
    """Return the locks that a commit and git's maintenance after it take, relative to the git folder."""
    common = _common(git_dir)
    locks = ["index.lock", "HEAD.lock", os.path.join(common, "objects", "maintenance.lock")]
    with contextlib.suppress(OSError), open(os.path.join(git_dir, "HEAD"), encoding="utf-8", errors="replace") as file:
        line = file.readline(4096).strip()
        if line.startswith("ref: refs/") and ".." not in line:
            locks.append(os.path.join(common, f"{line[5:]}.lock"))
    with contextlib.suppress(OSError):
        locks += [name for name in os.listdir(git_dir) if name.startswith("next-index-") and name.endswith(".lock")]
    return locks


def _common(git_dir: str) -> str:
    with contextlib.suppress(OSError), open(os.path.join(git_dir, "commondir"), encoding="utf-8") as file:
        return os.path.join(git_dir, file.readline(4096).strip())
    return git_dir


def _unlink(folder: str, name: str) -> bool:
    try:
        files.remove(os.path.join(folder, name))
    except OSError:
        return False
    return True


def _is_since(folder: str, name: str, started: float) -> bool:
    try:
        return os.lstat(os.path.join(folder, name)).st_mtime >= started - 0.1
    except OSError:
        return False
