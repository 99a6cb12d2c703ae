"""Opening, replacing and removing files: regular ones only, without following links and without waiting."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING, TypeVar

from plaintickets.system import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable

    Path = str | os.PathLike[str]

T = TypeVar("T")
_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING: int = getattr(os, "O_NONBLOCK", 0)
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
# Windows refuses to replace, remove or open a file while another program has it open: a virus scanner, an
# indexer, another tk. Each closes it soon, so retry for half a second in total.
_PAUSES = (0.001, 0.005, 0.02, 0.05, 0.1, 0.3)


class NotRegularError(OSError):
    """A name of a folder, a pipe, a device or a socket."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "not a regular file", os.fspath(path))


def open_to_read(path: Path, *, follow: bool = False) -> int:
    """Return a descriptor of a regular file; raise OSError, ELOOP for a link and NotRegularError for a pipe."""
    return open_with_size(path, follow=follow)[0]


def open_with_size(path: Path, *, follow: bool = False) -> tuple[int, int]:
    """Return a descriptor of a regular file, and its size; raise as `open_to_read` does."""
    if WINDOWS:
        _look_first(path, follow=follow)
    flags = os.O_RDONLY | _BINARY | _NO_WAITING | (0 if follow else _NO_LINK)
    descriptor = _patiently(lambda: os.open(path, flags)) if WINDOWS else os.open(path, flags)
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise NotRegularError(path)
    return descriptor, state.st_size


def read_head(path: Path, limit: int) -> bytes:
    """Return the first `limit` bytes of a regular file, also through a link; raise OSError."""
    with open(open_to_read(path, follow=True), "rb") as file:
        return file.read(limit)


def create(path: Path, mode: int = 0o600) -> int:
    """Return a descriptor to write a file that was not there; raise OSError."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY | _NO_LINK, mode)


def make_private_folder(path: str) -> None:
    """Make a folder, and each above it that is missing, for the user alone; raise OSError where that fails."""
    if os.path.isdir(path):
        return
    above = os.path.dirname(path)
    if above != path:
        make_private_folder(above)
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)


def open_to_change(path: Path, *, makes: bool = False) -> int:
    """Return a descriptor to read and write a file in its place, made where it is missing if `makes`."""
    if WINDOWS and (not makes or os.path.lexists(path)):
        _look_first(path, follow=False)
    flags = os.O_RDWR | _BINARY | _NO_LINK | _NO_WAITING | (os.O_CREAT if makes else 0)
    return _patiently(lambda: os.open(path, flags, 0o600))


def _look_first(path: Path, *, follow: bool) -> None:
    """Refuse what the flags of `open` would refuse elsewhere."""
    state = os.stat(path, follow_symlinks=follow)
    if stat.S_ISLNK(state.st_mode):
        raise OSError(errno.ELOOP, "a symbolic link is not followed", os.fspath(path))
    if not stat.S_ISREG(state.st_mode):
        raise NotRegularError(path)


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Return up to `size` bytes of a file from `offset` on."""
    if not WINDOWS:
        return os.pread(descriptor, size, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


def write_at(descriptor: int, content: bytes, offset: int) -> None:
    """Write bytes at `offset`; raise OSError."""
    if not WINDOWS:
        os.pwrite(descriptor, content, offset)
        return
    os.lseek(descriptor, offset, os.SEEK_SET)
    os.write(descriptor, content)


def set_mode(descriptor: int, mode: int) -> None:
    """Set the permissions of an open file; on Windows they are inherited from the folder."""
    if not WINDOWS:
        os.fchmod(descriptor, mode)


def replace(source: Path, target: Path) -> None:
    """Rename a file and replace an existing one; raise OSError."""
    _patiently(lambda: os.replace(source, target))


def remove(path: Path) -> None:
    """Remove a file; raise OSError."""
    _patiently(lambda: os.unlink(path))


def link(path: Path, other: Path) -> None:
    """Give a file, or a link itself, a second name; raise OSError."""
    if WINDOWS:
        os.link(path, other)
    else:
        os.link(path, other, follow_symlinks=False)


def is_there(folder: str, path: str) -> bool:
    """Tell whether a path below a folder is there under just this name; links in it are not followed.

    File systems of macOS and Windows find a name that differs in letter case or in Unicode form too.
    """
    return spelling(folder, path) == path


def spelling(folder: str, path: str) -> str:
    """Return a path below a folder as the names on the disk spell it, empty if nothing is there."""
    if not os.path.lexists(f"{folder}/{path}"):
        return ""
    names = []
    for name in path.split("/"):
        others = (other for other in _other_spellings(name) if os.path.lexists(f"{folder}/{other}"))
        names.append(_on_disk(folder, name) if next(others, None) else name)
        folder = f"{folder}/{name}"
    return "/".join(names)


def _on_disk(folder: str, name: str) -> str:
    """Return the name by which a folder lists a file that is found by `name`."""
    listed = os.listdir(folder)
    if name in listed:
        return name
    state = os.lstat(f"{folder}/{name}")
    return next((other for other in listed if os.path.samestat(os.lstat(f"{folder}/{other}"), state)), name)


def _other_spellings(name: str) -> set[str]:
    """Return names that only a file system without regard to letter case or Unicode form takes for this one."""
    flipped = "".join(other if len(other := sign.swapcase()) == 1 else sign for sign in name)
    found = {flipped}
    if not name.isascii():
        import unicodedata

        found |= {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
    return found - {name}


def renames_open_files() -> bool:
    """Tell whether a file can be renamed or replaced while this process has it open."""
    return not WINDOWS


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the file system can; the files themselves are there."""
    if WINDOWS:
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_own(state: os.stat_result) -> bool:
    """Tell whether a file belongs to the user; on Windows the rights of the user's folders decide, not an owner."""
    return WINDOWS or state.st_uid == os.geteuid()


def others_may_write(state: os.stat_result) -> bool:
    """Return whether another user may write a file, according to its mode."""
    return not WINDOWS and bool(state.st_mode & _OTHERS_MAY_WRITE)


def may_be_anothers(folder: Path) -> bool:
    """Tell whether a folder may belong to another user, so that git has to judge; on Windows only git knows."""
    return WINDOWS or os.stat(folder).st_uid != os.geteuid()


def _patiently(action: Callable[[], T]) -> T:
    for pause in _PAUSES if WINDOWS else ():
        try:
            return action()
        except PermissionError:
            time.sleep(pause)
    return action()
