"""Write the bytes of a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from plaintickets.system import files

if TYPE_CHECKING:
    from collections.abc import Iterable


def put_bytes(target: str, content: bytes, *, waiting: str = "", mode: int | None = None, sync: bool = True) -> None:
    """Replace a file's bytes atomically, whatever they were, as `put_pieces` does.

    Raises OSError with the file unchanged.
    """
    put_pieces(target, (content,), waiting=waiting, mode=mode, sync=sync)


def put_pieces(
    target: str, pieces: Iterable[bytes], *, waiting: str = "", mode: int | None = None, sync: bool = True
) -> None:
    """Replace a file's bytes atomically by pieces that memory need not hold together.

    `waiting` names the temporary file; without it the name is random. `mode` sets the permissions; without it they
    stay as they were.

    Raises OSError, and what the pieces raise, with the file unchanged.
    """
    waiting = waiting or f"{os.path.dirname(target)}/.{os.urandom(6).hex()}.tmp"
    try:
        write_whole(waiting, pieces, mode_of(target) if mode is None else mode, sync=sync)
        files.replace(waiting, target)
    except BaseException:
        with contextlib.suppress(OSError):
            files.remove(waiting)
        raise


def mode_of(target: str) -> int | None:
    """Return the permissions of a file, None if there is none."""
    try:
        return os.stat(target, follow_symlinks=False).st_mode & 0o777
    except FileNotFoundError:
        return None


def write_whole(path: str, pieces: Iterable[bytes], mode: int | None, *, sync: bool) -> None:
    """Write a file that was not there; raise OSError if its last byte does not fit.

    `mode` sets its permissions, against the mask of this process too.
    """
    descriptor = files.create(path, 0o666)
    length = 0
    try:
        for piece in pieces:
            view = memoryview(piece)
            length += len(view)
            while view:
                written = os.write(descriptor, view)
                if written == 0:
                    raise OSError(28, "No space left on device", path)
                view = view[written:]
        if mode is not None:
            files.set_mode(descriptor, mode)
        if sync:
            os.fsync(descriptor)
        if os.fstat(descriptor).st_size != length:
            raise OSError(28, "No space left on device", path)
    finally:
        os.close(descriptor)
