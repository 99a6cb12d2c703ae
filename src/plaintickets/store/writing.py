"""Putting new bytes where a ticket file stands: whole or not at all, and back again."""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from plaintickets.errors import RefusedError, TicketsError, UnreadableError


class Write(NamedTuple):
    """What one file is to become: `old` and `new` bytes, None where there is no file."""

    path: str
    old: bytes | None
    new: bytes | None


def write_failed(path: str, error: OSError) -> TicketsError:
    """The error to show when a file could not be written."""
    return UnreadableError(
        f"cannot write {path}: {error.strerror}; nothing was changed",
        hint="free some space or mend the permissions, then run the command again.",
    )


def put(store: str, write: Write, *, sync: bool) -> None:
    """Makes one file what it is to become, atomically; raises OSError with the file as it was.

    A new file never replaces one of the same name.
    """
    target = f"{store}/{write.path}"
    if write.new is None:
        os.unlink(target)
        _sync_folder(os.path.dirname(target), sync=sync)
        return
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    beside = os.path.join(folder, f".{os.urandom(6).hex()}.tmp")
    try:
        _write_whole(beside, write.new, _mode_of(target), sync=sync)
        if write.old is None:
            os.link(beside, target)
            os.unlink(beside)
        else:
            os.rename(beside, target)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    _sync_folder(folder, sync=sync)


def put_bytes(target: str, content: bytes) -> None:
    """Replaces a file's bytes atomically; raises OSError with the file as it was."""
    folder, _, name = target.rpartition("/")
    put(folder, Write(name, b"", content), sync=True)


def _mode_of(target: str) -> int | None:
    try:
        return os.stat(target, follow_symlinks=False).st_mode & 0o777
    except FileNotFoundError:
        return None


def _write_whole(path: str, content: bytes, mode: int | None, *, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        view = memoryview(content)
        while view:
            written = os.write(descriptor, view)
            if written == 0:
                raise OSError(28, "No space left on device", path)
            view = view[written:]
        if mode is not None:
            os.fchmod(descriptor, mode)
        if sync:
            os.fsync(descriptor)
        if os.fstat(descriptor).st_size != len(content):
            raise OSError(28, "No space left on device", path)
    finally:
        os.close(descriptor)


def _sync_folder(folder: str, *, sync: bool) -> None:
    if not sync:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # Some file systems cannot sync a folder; the file itself is synced.
    finally:
        os.close(descriptor)


def refuse_links_on_the_way(store: str, path: str) -> None:
    """Raises RefusedError if a part of a store path below the store is a symbolic link."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        if os.path.islink(f"{store}/{place}"):
            raise RefusedError(f"{place} is a symbolic link, so it is not written through")
