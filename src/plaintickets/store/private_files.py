"""Files of derived state, trusted only if nobody but the user can have written them."""

from __future__ import annotations

import os
import stat

from plaintickets.system import files


def is_private(path: str) -> bool:
    """Return whether a regular file and its folder belong to the user and nobody else can write them."""
    try:
        folder, file = os.lstat(os.path.dirname(path)), os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(folder.st_mode) and stat.S_ISREG(file.st_mode) and _is_own(folder) and _is_own(file)


def make_private(path: str) -> bool:
    """Replace a file that is not private by an empty private one; return False if that fails."""
    folder = os.path.dirname(path)
    try:
        files.make_private_folder(folder)
        state = os.lstat(folder)
        if not stat.S_ISDIR(state.st_mode) or not _is_own(state):
            return False
        if os.path.lexists(path):
            files.remove(path)
        os.close(files.create(path))
    except OSError:
        return False
    return True


def _is_own(state: os.stat_result) -> bool:
    return files.is_own(state) and not files.others_may_write(state)
