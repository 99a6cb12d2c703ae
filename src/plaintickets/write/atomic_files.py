"""Write new bytes to ticket files, each completely or not at all, and restore the old bytes."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.system import files
from plaintickets.system.whole_files import mode_of, put_bytes, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence


class Write(NamedTuple):
    """A planned write of one file: `old` and `new` bytes, None for no file."""

    path: str
    old: bytes | None
    new: bytes | None


def write_failed(path: str, error: OSError, state: str = "nothing was changed") -> TicketsError:
    """Return the error to show if a file could not be written."""
    return UnreadableError(
        f"cannot write {path}: {error.strerror}; {state}",
        hint="free some space or fix the permissions, then run the command again.",
    )


def put_all(store: str, writes: Sequence[Write], token: str, *, sync: bool) -> None:
    """Write the files, each atomically; all new bytes are on disk before the first is visible.

    `token` names the temporary files. Files that were written before an error stay as they are.

    Raises OSError.

    Raises RefusedError if a file is not the one from which the change started.
    """
    try:
        for number, write in enumerate(writes):
            if write.new is not None:
                target = f"{store}/{write.path}"
                os.makedirs(os.path.dirname(target), exist_ok=True)
                write_whole(beside(store, write.path, token, number), (write.new,), mode_of(target), sync=sync)
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
    """Return the path of the temporary file with the new bytes of a file."""
    return f"{store}/{path.rpartition('/')[0] or '.'}/.{token}-{number}.tmp"


def sweep(store: str, paths: Sequence[str], token: str) -> None:
    """Remove the temporary files of `put_all`."""
    for number, path in enumerate(paths):
        with contextlib.suppress(OSError):
            files.remove(beside(store, path, token, number))


def remove_empty_folders(store: str, paths: Sequence[str]) -> None:
    """Remove the folders of these files that are now empty, below the store."""
    for path in paths:
        folder = os.path.dirname(path)
        with contextlib.suppress(OSError):
            while folder:
                os.rmdir(f"{store}/{folder}")
                folder = os.path.dirname(folder)


def content_of(path: str) -> bytes | None:
    """Return a file's bytes, None if there is none; a link is not followed.

    Raises OSError.
    """
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
    """Undo one write of which no second name was kept; return whether the file is now as it was."""
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
    """Give a new file its name; fail if the name is taken."""
    try:
        files.link(waiting, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, such as exFAT; the writer lock excludes other tk processes.
        if os.path.lexists(target):
            raise
        files.replace(waiting, target)
    else:
        files.remove(waiting)


def refuse_links_on_the_way(store: str, path: str) -> None:
    """Refuse a store path with a symbolic link below the store.

    Raises RefusedError.
    """
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        if os.path.islink(f"{store}/{place}"):
            raise RefusedError(
                f"{place} is a symbolic link, so it is not written through",
                hint="put a real file in its place, then run the command again.",
            )
