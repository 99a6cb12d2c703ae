"""An advisory lock on an open file, which ends with its process."""

from __future__ import annotations

import errno
import os
from importlib import import_module
from typing import Any

from plaintickets.system import WINDOWS
from plaintickets.system.files import open_to_change

_TAKEN = (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR, errno.EDEADLK)
# A lock on Windows prevents reading of the locked bytes, so it is behind all bytes of the file.
_FAR = 1 << 30
_NOT_WAITING = 2  # msvcrt.LK_NBLCK


def open_to_lock(path: str) -> int:
    """Return a descriptor to lock, of a file that is made or of a folder that is there; raise OSError."""
    if not os.path.isdir(path):
        return open_to_change(path, makes=True)
    if WINDOWS:
        return open_to_change(_instead_of(path), makes=True)
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def try_lock(descriptor: int) -> bool:
    """Take the lock if nobody has it; raise OSError where the file cannot be locked."""
    try:
        if WINDOWS:
            _msvcrt_lock(descriptor)
        else:
            _flock(descriptor)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _flock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _msvcrt_lock(descriptor: int) -> None:
    msvcrt: Any = import_module("msvcrt")
    os.lseek(descriptor, _FAR, os.SEEK_SET)
    msvcrt.locking(descriptor, _NOT_WAITING, 1)


def _instead_of(folder: str) -> str:
    """Return the file that is locked where a folder cannot be opened: one of the user's temporary files."""
    import tempfile
    from hashlib import sha256

    name = sha256(os.path.normcase(os.path.realpath(folder)).encode(errors="surrogateescape")).hexdigest()[:16]
    return os.path.join(tempfile.gettempdir(), f"plaintickets-{name}.lock")
