"""Move the branch to commits that were made without the work tree; after a crash, the next write finishes or undoes it.

git locks the branch, changes the index and the work tree, and sets the branch last, as in a sync.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.git import head, lock_files, update_branch
from plaintickets.system.files import read_head, remove
from plaintickets.system.processes import git_runs_in
from plaintickets.system.whole_files import put_bytes
from plaintickets.write.journal import MOVING

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess
    from plaintickets.store.locations import Place

_WAIT_SECONDS = 10.0
_LONGEST = 4096
_HEX = frozenset("0123456789abcdef")


def move(place: Place, git: GitProcess, old: str, new: str) -> None:
    """Move the branch that is checked out, its index and its files from one commit to another, or change nothing.

    Raises GitRefusedError, also if uncommitted work is in the way.
    """
    update_branch.refuse_overwriting(git, old, new)
    os.makedirs(place.derived, mode=0o700, exist_ok=True)
    put_bytes(os.path.join(place.derived, MOVING), _note(place, old, new))
    update_branch.move(git, old, new)
    _drop(place)


def recover(place: Place, git: GitProcess) -> list[str]:
    """Finish or undo a move whose process died; return notices for the user."""
    path = os.path.join(place.derived, MOVING)
    try:
        branch, old, new, started, *_ = [*read_head(path, _LONGEST).decode(errors="replace").split(), *[""] * 4]
    except OSError:
        return []
    notices = []
    if started.isdigit() and _HEX.issuperset(old) and _HEX.issuperset(new):
        _wait(git)
        lock_files.remove_dead(git.git_dir, git.top, (), int(started))
        if (branch, old) == (head.branch(place.git_dir), head.commit(place.git_dir, place.common_dir)):
            is_done = git.run("cat-file", "-e", new).code == 0 and update_branch.finish(git, old, new)
            what = "finished" if is_done else "rolled back"
            notices = [f"an import that an earlier command had not finished was {what}"]
    _drop(place)
    return notices


def _note(place: Place, old: str, new: str) -> bytes:
    return f"{head.branch(place.git_dir)} {old} {new} {int(time.time())}\n".encode()


def _wait(git: GitProcess) -> None:
    """Wait until the dead process's git commands have ended.

    Raises GitRefusedError after _WAIT_SECONDS.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while git_runs_in((git.top, git.git_dir)):
        if time.monotonic() > deadline:
            raise GitRefusedError(
                "an earlier import crashed, and a git command is running in this repository; nothing was changed",
                hint="wait for it to end, then try again.",
            )
        time.sleep(0.05)


def _drop(place: Place) -> None:
    with contextlib.suppress(FileNotFoundError):
        remove(os.path.join(place.derived, MOVING))
