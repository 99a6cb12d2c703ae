"""Listing a folder: names, kinds and stamps, as fast as the system gives them."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, cast

from plaintickets.system import DECOMPOSES, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Iterator


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
