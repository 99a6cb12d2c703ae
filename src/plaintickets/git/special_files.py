"""Pipes and devices where git looks for its own settings in a work tree: git opens them, and waits for ever."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What git reads in every folder on the way to a file, and at the top only.
_EVERYWHERE = (".gitattributes", ".gitignore")
_AT_THE_TOP = (".gitmodules", ".mailmap")


def refuse_special_files(top: str, store: str) -> None:
    """Raise GitRefusedError if git would wait for a file of its settings, between the top and the store or below."""
    places = [f"{top}/{name}" for name in _AT_THE_TOP]
    places += [f"{folder}/{name}" for folder in _folders(top, store or top) for name in _EVERYWHERE]
    for place in places:
        if _is_special(place):
            name = os.path.relpath(place, top)
            raise GitRefusedError(
                f"{name} is a pipe or a device: git would wait for it for ever, so git was not run",
                hint=f"remove {name}, then run the command again.",
            )


def _is_special(place: str) -> bool:
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode))


def _folders(top: str, store: str) -> Iterator[str]:
    """The folders from the top to the store, and those below a store that is not the top itself."""
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
    """The folders in a folder; a count of two names, where a file system counts them, says that there are none."""
    try:
        if os.stat(folder).st_nlink == 2:
            return []
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
