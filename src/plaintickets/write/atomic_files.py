"""Putting new bytes where a ticket file stands: whole or not at all, and back again."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.system import files

if TYPE_CHECKING:
    from collections.abc import Sequence


class Write(NamedTuple):
    """What one file is to become: `old` and `new` bytes, None where there is no file."""

    path: str
    old: bytes | None
    new: bytes | None


def write_failed(path: str, error: OSError, state: str = "nothing was changed") -> TicketsError:
    """The error to show when a file could not be written."""
    return UnreadableError(
        f"cannot write {path}: {error.strerror}; {state}",
        hint="free some space or mend the permissions, then run the command again.",
    )


def put_all(store: str, writes: Sequence[Write], token: str, *, sync: bool) -> None:
    """Makes the files what they are to become, each atomically; all new bytes are on disk before the first is seen.

    Raises OSError, and RefusedError where a file is not what the change started from; the files that
    were put until then stay. `token` names the temporary files.
    """
    try:
        for number, write in enumerate(writes):
            if write.new is not None:
                target = f"{store}/{write.path}"
                os.makedirs(os.path.dirname(target), exist_ok=True)
                _write_whole(beside(store, write.path, token, number), write.new, _mode_of(target), sync=sync)
        for number, write in enumerate(writes):
            _put(store, write, beside(store, write.path, token, number))
        for folder in {os.path.dirname(f"{store}/{write.path}") for write in writes} if sync else ():
            files.sync_folder(folder)
    except BaseException:
        sweep(store, [write.path for write in writes], token)
        raise


def hard_linked(store: str, writes: Sequence[Write]) -> list[str]:
    """Return the paths of files that have other names too; those keep the old bytes, as each write is a new file."""
    found = []
    for write in writes:
        with contextlib.suppress(OSError):
            if write.old is not None and os.lstat(f"{store}/{write.path}").st_nlink > 1:
                found.append(write.path)
    return found


def beside(store: str, path: str, token: str, number: int) -> str:
    """Where the new bytes of a file wait to take its place."""
    return f"{store}/{path.rpartition('/')[0] or '.'}/.{token}-{number}.tmp"


def sweep(store: str, paths: Sequence[str], token: str) -> None:
    """Removes what `put_all` may have left beside the files."""
    for number, path in enumerate(paths):
        with contextlib.suppress(OSError):
            files.remove(beside(store, path, token, number))


def remove_empty_folders(store: str, paths: Sequence[str]) -> None:
    """Removes the folders below the store that hold nothing any more where these files were."""
    for path in paths:
        folder = os.path.dirname(path)
        with contextlib.suppress(OSError):
            while folder:
                os.rmdir(f"{store}/{folder}")
                folder = os.path.dirname(folder)


def put_bytes(target: str, content: bytes, *, waiting: str = "", sync: bool = True) -> None:
    """Replaces a file's bytes atomically, whatever they were; raises OSError with the file as it was.

    `waiting` names the temporary file, where another than a random name is wanted.
    """
    waiting = waiting or f"{os.path.dirname(target)}/.{os.urandom(6).hex()}.tmp"
    try:
        _write_whole(waiting, content, _mode_of(target), sync=sync)
        files.replace(waiting, target)
    except OSError:
        with contextlib.suppress(OSError):
            files.remove(waiting)
        raise


def content_of(path: str) -> bytes | None:
    """A file's bytes, None where there is none; a link is not followed. Raises OSError."""
    try:
        descriptor = files.open_to_read(path)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb", buffering=0) as file:
        return file.readall()


def _put(store: str, write: Write, waiting: str) -> None:
    target = f"{store}/{write.path}"
    if write.old is not None and content_of(target) != write.old:
        raise RefusedError(
            f"{write.path} was changed by another program meanwhile; nothing was written", hint="run the command again."
        )
    if write.new is None:
        files.remove(target)
    elif write.old is None:
        _link(waiting, target)
    else:
        files.replace(waiting, target)


def put_back(store: str, write: Write) -> bool:
    """Undoes one write where no second name was kept; says whether the file is now as it was."""
    target = f"{store}/{write.path}"
    try:
        if content_of(target) == write.new:
            if write.old is None:
                files.remove(target)
            else:
                put_bytes(target, write.old)
        return content_of(target) == write.old
    except OSError:
        return False


def _link(waiting: str, target: str) -> None:
    """Gives a new file its name, which fails where the name is taken."""
    try:
        files.link(waiting, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, such as exFAT; the writer lock keeps others of us away.
        if os.path.lexists(target):
            raise
        files.replace(waiting, target)
    else:
        files.remove(waiting)


def _mode_of(target: str) -> int | None:
    try:
        return os.stat(target, follow_symlinks=False).st_mode & 0o777
    except FileNotFoundError:
        return None


def _write_whole(path: str, content: bytes, mode: int | None, *, sync: bool) -> None:
    descriptor = files.create(path, 0o666)
    try:
        view = memoryview(content)
        while view:
            written = os.write(descriptor, view)
            if written == 0:
                raise OSError(28, "No space left on device", path)
            view = view[written:]
        if mode is not None:
            files.set_mode(descriptor, mode)
        if sync:
            os.fsync(descriptor)
        if os.fstat(descriptor).st_size != len(content):
            raise OSError(28, "No space left on device", path)
    finally:
        os.close(descriptor)


def refuse_links_on_the_way(store: str, path: str) -> None:
    """Raises RefusedError if a part of a store path below the store is a symbolic link."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        if os.path.islink(f"{store}/{place}"):
            raise RefusedError(
                f"{place} is a symbolic link, so it is not written through",
                hint="put a real file in its place, then run the command again.",
            )
