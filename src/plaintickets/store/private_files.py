"""Files of derived state, which are trusted only where nobody but the user can have written them."""

from __future__ import annotations

import os
import stat

from plaintickets.system import files


def is_private(path: str) -> bool:
    """Whether a regular file and its folder belong to the user and to nobody else who may write."""
    try:
        folder, file = os.lstat(os.path.dirname(path)), os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(folder.st_mode) and stat.S_ISREG(file.st_mode) and _is_own(folder) and _is_own(file)


def make_private(path: str) -> bool:
    """Makes an empty file that only the user may read, in place of one that is not private; False where that fails."""
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
