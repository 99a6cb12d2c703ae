"""Refuse pipes and devices instead of git's settings files, because git would wait for them forever."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Files that git reads in every folder of a path, and only at the top of the work tree.
_EVERYWHERE = (".gitattributes", ".gitignore")
_AT_THE_TOP = (".gitmodules", ".mailmap")


def refuse_special_files(top: str, store: str) -> None:
    """Raise GitRefusedError if a settings file of git is a pipe or a device.

    Looks at the top of the work tree, the folders down to the store, and the folders below the store.
    """
    places = [f"{top}/{name}" for name in _AT_THE_TOP]
    places += [f"{folder}/{name}" for folder in _folders(top, store or top) for name in _EVERYWHERE]
    for place in places:
        if _is_special(place):
            name = os.path.relpath(place, top)
            raise GitRefusedError(
                f"{name} is a pipe or a device: git would wait for it forever, so git was not run",
                hint=f"remove {name}, then run the command again.",
            )


def _is_special(place: str) -> bool:
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode))


def _folders(top: str, store: str) -> Iterator[str]:
    """Yield the folders from the top to the store, and those below a store that is not the top itself."""
    yield top
    if store == top:
        return
    current = top
    for part in os.path.relpath(store, top).split(os.sep):
        current = f"{current}/{part}"
        yield current
    waiting = [store]
    while waiting:
        for folder in _folders_in(waiting.pop()):
            yield folder
            waiting.append(folder)


def _folders_in(folder: str) -> list[str]:
    """Return the folders in a folder.

    A link count of 2 means on most file systems that it has none.
    """
    try:
        if os.stat(folder).st_nlink == 2:
            return []
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
