"""A file system over a folder that finds a name in any letter case and Unicode form, as those of macOS do.

Run as a program with the folder and the place to mount it; it ends when it is unmounted.
"""

from __future__ import annotations

import errno
import os
import sys
import unicodedata
from typing import Any

from mfusepy import FUSE, FuseOSError, Operations

_STATE = ("st_atime", "st_ctime", "st_gid", "st_ino", "st_mode", "st_mtime", "st_nlink", "st_size", "st_uid")
_SPACE = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_flag", "f_frsize")


def folded(name: str) -> str:
    """What two names that the file system takes for one have in common."""
    return unicodedata.normalize("NFD", name).casefold()


class CaseBlind(Operations):  # type: ignore[misc]
    """The operations of the file system; a new file keeps the name that it was given."""

    use_ns = True

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def _place(self, path: str) -> str:
        place = self._folder
        for name in filter(None, path.split("/")):
            there = os.path.join(place, name)
            if not os.path.lexists(there) and os.path.isdir(place):
                there = next((f"{place}/{one}" for one in os.listdir(place) if folded(one) == folded(name)), there)
            place = there
        return place

    def access(self, path: str, amode: int) -> None:
        if not os.access(self._place(path), amode):
            raise FuseOSError(errno.EACCES)

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        state = os.lstat(self._place(path))
        return {
            name: getattr(state, f"{name}_ns" if name[3:] in ("atime", "ctime", "mtime") else name) for name in _STATE
        }

    def statfs(self, path: str) -> dict[str, int]:
        state = os.statvfs(self._folder)
        return {name: getattr(state, name) for name in _SPACE}

    def readdir(self, path: str, fh: int) -> list[tuple[str, dict[str, int], int]]:
        place = self._place(path)
        states = ((name, os.lstat(f"{place}/{name}")) for name in (".", "..", *os.listdir(place)))
        return [(name, {"st_ino": state.st_ino, "st_mode": state.st_mode}, 0) for name, state in states]

    def chmod(self, path: str, mode: int) -> None:
        os.chmod(self._place(path), mode)

    def mkdir(self, path: str, mode: int) -> None:
        os.mkdir(self._place(path), mode)

    def rmdir(self, path: str) -> None:
        os.rmdir(self._place(path))

    def unlink(self, path: str) -> None:
        os.unlink(self._place(path))

    def link(self, target: str, source: str) -> None:
        os.link(self._place(source), self._place(target))

    def symlink(self, target: str, source: str) -> None:
        os.symlink(source, self._place(target))

    def readlink(self, path: str) -> str:
        return os.readlink(self._place(path))

    def rename(self, old: str, new: str) -> None:
        source, target = self._place(old), self._place(new)
        if source == target:
            target = os.path.join(os.path.dirname(target), os.path.basename(new))
        os.rename(source, target)

    def utimens(self, path: str, times: Any = None) -> None:
        os.utime(self._place(path), ns=times)

    def open(self, path: str, flags: int) -> int:
        return os.open(self._place(path), flags)

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        return os.open(self._place(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        os.truncate(self._place(path), length)

    def release(self, path: str, fh: int) -> None:
        os.close(fh)


if __name__ == "__main__":
    FUSE(
        CaseBlind(sys.argv[1]),
        sys.argv[2],
        foreground=True,
        nothreads=True,
        use_ino=True,
        entry_timeout=0,
        attr_timeout=0,
        negative_timeout=0,
    )
