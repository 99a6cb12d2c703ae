"""The folder of the index; it is opened only if nobody but the user can have written it."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from plaintickets.system import files, locks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Stamp = tuple[int, int, int, int]
_LOCK = "lock"


class FolderError(Exception):
    """An error for a folder that cannot be used; the text gives the reason."""


class IndexFolder:
    """A folder of mode 0700 that belongs to the user; its files are read without following links."""

    def __init__(self, base: str, *names: str) -> None:
        """Open the folder `names` below `base`; create it if it is missing.

        Raises FolderError.
        """
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
        """Return a file for reading.

        Raises OSError.

        Raises FolderError if the file may be another user's.
        """
        descriptor = files.open_to_read(os.path.join(self.path, name))
        try:
            _check(os.fstat(descriptor), name, stat.S_ISREG)
        except BaseException:
            os.close(descriptor)
            raise
        return os.fdopen(descriptor, "rb")

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        """Create or replace a file, completely or not at all; `fill` may close it.

        Raises OSError.
        """
        target = os.path.join(self.path, name)
        beside = f"{target}.{os.urandom(4).hex()}.tmp"
        descriptor = files.create(beside)
        try:
            try:
                with os.fdopen(os.dup(descriptor), "wb", buffering=1 << 16) as file:
                    fill(file)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            files.replace(beside, target)
        except BaseException:
            with contextlib.suppress(OSError):
                files.remove(beside)
            raise

    def create(self, name: str) -> BinaryIO:
        """Return a new file for writing and reading.

        Raises OSError.
        """
        return os.fdopen(files.create(os.path.join(self.path, name)), "w+b", buffering=1 << 16)

    def rename(self, name: str, to: str) -> None:
        """Rename a file.

        Raises OSError.
        """
        files.replace(os.path.join(self.path, name), os.path.join(self.path, to))

    def remove(self, name: str) -> None:
        """Remove a file if possible."""
        with contextlib.suppress(OSError):
            files.remove(os.path.join(self.path, name))

    def subfolder(self, name: str) -> str:
        """Return the path of a new folder below this one.

        Raises OSError.
        """
        path = os.path.join(self.path, name)
        os.mkdir(path, 0o700)
        return path

    def names(self) -> list[str]:
        """Return the names in the folder, except the lock."""
        return [name for name in os.listdir(self.path) if name != _LOCK]

    @contextlib.contextmanager
    def writing(self) -> Iterator[int | None]:
        """Yield the time of the file system's clock (ns) under the writing lock; None if it is unavailable."""
        try:
            descriptor = files.open_to_change(os.path.join(self.path, _LOCK), makes=True)
        except OSError:
            yield None
            return
        try:
            yield _moment_under_lock(descriptor)
        finally:
            os.close(descriptor)


def _moment_under_lock(descriptor: int) -> int | None:
    try:
        if not locks.try_lock(descriptor):
            return None
        files.write_at(descriptor, b"1", 0)
        return os.fstat(descriptor).st_ctime_ns
    except OSError:
        return None


def stamp_of(file: BinaryIO) -> Stamp:
    """Return a stamp that changes whenever an open file is written, replaced or copied."""
    state = os.fstat(file.fileno())
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino


def _check(state: os.stat_result, name: str, is_kind: Callable[[int], bool]) -> None:
    if not is_kind(state.st_mode):
        raise FolderError(f"{name} is a link or of another kind")
    if not files.is_own(state):
        raise FolderError(f"{name} belongs to another user")
    if files.others_may_write(state):
        raise FolderError(f"{name} can be written by others")
