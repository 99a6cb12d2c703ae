"""The folder of the index: opened only where nobody but the user can have written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Stamp = tuple[int, int, int, int]
_LOCK = "lock"
_OTHERS_MAY_WRITE = 0o022


class FolderError(Exception):
    """The folder cannot be used; the text says why."""


class IndexFolder:
    """A folder of mode 0700 that belongs to the user; its files are read without following links."""

    def __init__(self, base: str, *names: str) -> None:
        """The folder `names` below `base`, made where it is missing; raises FolderError."""
        path = base
        try:
            for name in names:
                path = os.path.join(path, name)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(path, 0o700)
                _check(os.lstat(path), path, stat.S_ISDIR)
            os.chmod(path, 0o700)
        except OSError as error:
            raise FolderError(f"{path}: {error.strerror}") from None
        self.path = path

    def open(self, name: str) -> BinaryIO:
        """A file for reading; raises OSError, FolderError where it may be another's."""
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(os.path.join(self.path, name), flags)
        try:
            _check(os.fstat(descriptor), name, stat.S_ISREG)
        except BaseException:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb")

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        """Makes or replaces a file, whole or not at all; `fill` may close it. Raises OSError."""
        target = os.path.join(self.path, name)
        beside = f"{target}.{os.urandom(4).hex()}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(beside, flags, 0o600)
        try:
            try:
                with os.fdopen(os.dup(descriptor), "wb", buffering=1 << 16) as file:
                    fill(file)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.replace(beside, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise

    def tidy(self, kept: set[str]) -> None:
        """Removes every file but those kept."""
        for name in os.listdir(self.path):
            if name not in kept and name != _LOCK:
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(self.path, name))

    @contextlib.contextmanager
    def writing(self) -> Iterator[int | None]:
        """The moment in the file system's clock (ns), while nobody else writes; None where that cannot be had now."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            descriptor = os.open(os.path.join(self.path, _LOCK), flags, 0o600)
        except OSError:
            yield None
            return
        try:
            yield _moment_under_lock(descriptor)
        finally:
            os.close(descriptor)


def _moment_under_lock(descriptor: int) -> int | None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.pwrite(descriptor, b"1", 0)
        return os.fstat(descriptor).st_ctime_ns
    except OSError:
        return None


def stamp_of(file: BinaryIO) -> Stamp:
    """What changes whenever an open file is written, replaced or copied."""
    state = os.fstat(file.fileno())
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino


def _check(state: os.stat_result, name: str, is_kind: Callable[[int], bool]) -> None:
    if not is_kind(state.st_mode):
        raise FolderError(f"{name} is a link or of another kind")
    if state.st_uid != os.geteuid():
        raise FolderError(f"{name} belongs to another user")
    if state.st_mode & _OTHERS_MAY_WRITE:
        raise FolderError(f"{name} can be written by others")
