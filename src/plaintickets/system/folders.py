"""Listing a folder: names, kinds and stamps, as fast as the system gives them."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, TypeAlias, cast

from plaintickets.system import DECOMPOSES, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A name, the times when content and inode changed, in ns, the size, and the inode. A plain tuple, for there may be
# 100,000.
Stamped: TypeAlias = tuple[str, int, int, int, int]
_KIND = 12  # bits of a mode, behind which the kind of an entry stands
_REGULAR = stat.S_IFREG >> _KIND


def stamped(folder: str, ending: str) -> tuple[list[Stamped], list[tuple[str, bool]]]:
    """Return the stamps of regular files of an ending, and the names of other entries with whether they are links.

    Hidden entries, and those that are gone before they are looked at, are left out. Names are composed as git composes
    them. Raise OSError.
    """
    if WINDOWS:  # where a listing has no inode, and an old time of change
        return _stamped(os.listdir(folder), ending, lambda name, **_: os.lstat(f"{folder}/{name}"))
    # By descriptor, each look is relative to the folder: the kernel walks no path.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return _stamped(os.listdir(descriptor), ending, os.lstat, descriptor)
    finally:
        os.close(descriptor)


def _stamped(
    listed: list[str], ending: str, lstat: Callable[..., os.stat_result], descriptor: int | None = None
) -> tuple[list[Stamped], list[tuple[str, bool]]]:
    length = len(ending)
    names = [name for name in listed if name[-length:] == ending and name[0] != "."]
    if DECOMPOSES:
        names = [name if name.isascii() else in_composed_form(name) for name in names]
    found: list[Stamped] = []
    others: list[tuple[str, bool]] = []
    append = found.append
    for name in names:  # names and `lstat` take four fifths of the time of entries of `scandir`
        try:
            state = lstat(name, dir_fd=descriptor)
        except FileNotFoundError:
            continue
        if state.st_mode >> _KIND == _REGULAR:
            append((name, state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
        else:
            others.append((name, stat.S_ISLNK(state.st_mode)))
    return found, others


@contextlib.contextmanager
def entries(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """Give the entries of a folder, with names composed as git composes them."""
    if WINDOWS:
        with os.scandir(folder) as found:
            yield (cast("os.DirEntry[str]", _Entry(entry)) for entry in found)
        return
    # By descriptor, each stat is relative to the folder: the kernel walks no path.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as found:
            yield (composed(entry) for entry in found) if DECOMPOSES else found
    finally:
        os.close(descriptor)


def composed(entry: os.DirEntry[str]) -> os.DirEntry[str]:
    """Return the entry, or one with its name in composed form."""
    return entry if entry.name.isascii() else cast("os.DirEntry[str]", _Entry(entry))


def in_composed_form(name: str) -> str:
    """Return a name with each letter and its marks as one sign."""
    from unicodedata import normalize

    return normalize("NFC", name)


class _Entry:
    """An entry that reads its stamp again: on Windows a listing has no inode, and an old time of change."""

    __slots__ = ("_entry", "is_dir", "is_file", "is_symlink", "name", "path")

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self._entry = entry
        self.is_dir, self.is_file, self.is_symlink = entry.is_dir, entry.is_file, entry.is_symlink
        self.path = entry.path
        self.name = in_composed_form(entry.name) if DECOMPOSES else entry.name

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return the present state of the file."""
        if WINDOWS:
            return os.stat(self.path, follow_symlinks=follow_symlinks)
        return self._entry.stat(follow_symlinks=follow_symlinks)
