"""List the ticket files and read their bytes, without following links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

from plaintickets.core.paths import ARCHIVE as ARCHIVE  # noqa: PLC0414 - paths are asked about here
from plaintickets.core.paths import LONGEST_ID
from plaintickets.core.paths import are_plain as are_plain  # noqa: PLC0414
from plaintickets.core.paths import is_safe_id as is_safe_id  # noqa: PLC0414
from plaintickets.core.paths import is_ticket_path as is_ticket_path  # noqa: PLC0414
from plaintickets.core.paths import ticket_path as ticket_path  # noqa: PLC0414
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import id_of as id_of  # noqa: PLC0414 - paths are asked about here
from plaintickets.system.files import open_with_size
from plaintickets.system.folders import entries, stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TICK_NS = 100_000_000  # within one clock tick a file can change but keep its stamp
_README_LENGTH = len("README.md")
_ENDING = ".md"
_LINK = ("not-a-file", "a symbolic link, so it is not read")
_NO_FILE = ("not-a-file", "not a regular file, so it is not read")

# One ticket file as a directory listing shows it: its store path, then its stamp (times of change of
# content and inode in ns, size, inode), which changes whenever the file does. A plain tuple, for there
# may be 100,000.
Found: TypeAlias = tuple[str, int, int, int, int]


def listing(
    store: str, is_ignored: Callable[[str], bool] | None = None, *, with_stamps: bool = True
) -> tuple[list[Found], list[Problem]]:
    """List all ticket files of the store and its archive, in directory order, and problems of unusable ones.

    Without `with_stamps` every stamp is 0, for whoever reads all files anyway: it is most of what a file costs here.
    """
    found, problems = _listing(store, with_stamps=with_stamps)
    if is_ignored is not None:
        found = [file for file in found if not is_ignored(file[0])]
        problems = [problem for problem in problems if not is_ignored(problem.path)]
    return found, problems


def _listing(store: str, *, with_stamps: bool) -> tuple[list[Found], list[Problem]]:
    files: list[Found] = []
    problems: list[Problem] = []
    _list_folder(store, "", files, problems, with_stamps=with_stamps)
    if is_linked(store, ARCHIVE):
        problems.append(Problem(ARCHIVE, 0, *_LINK))
    elif os.path.isdir(f"{store}/{ARCHIVE}"):
        for year in sorted(os.listdir(f"{store}/{ARCHIVE}")):
            path = f"{ARCHIVE}/{year}"
            if len(year) != 4 or not year.isdigit():
                continue
            if is_linked(store, path):
                problems.append(Problem(path, 0, *_LINK))
            elif os.path.isdir(f"{store}/{path}"):
                _list_folder(f"{store}/{path}", f"{path}/", files, problems, with_stamps=with_stamps)
    return files, problems


def folder_listing(store: str, folder: str) -> tuple[list[Found], list[Problem]]:
    """List the Markdown files of another folder of the store, as `listing` does; nothing where there is none."""
    files: list[Found] = []
    problems: list[Problem] = []
    if is_linked(store, folder):
        problems.append(Problem(folder, 0, *_LINK))
    elif os.path.isdir(f"{store}/{folder}"):
        _list_folder(f"{store}/{folder}", f"{folder}/", files, problems)
    return files, problems


def is_linked(store: str, path: str) -> bool:
    """Return whether a part of a store path is a symbolic link, which could lead out of the store."""
    while path:
        if os.path.islink(f"{store}/{path}"):
            return True
        path = path.rpartition("/")[0]
    return False


def trusted_until() -> int:
    """Return the time, in ns, before which a file must have changed last for its stamp to be trusted from now on."""
    import time

    return time.time_ns() - TICK_NS


def digest(files: Sequence[Found]) -> int:
    """Return a number for all names and stamps; it has integers only, so every process computes the same one."""
    from zlib import crc32

    names = crc32("\n".join([file[0] for file in files]).encode("utf-8", "surrogateescape"))
    return hash((names, *[hash(file[1:]) for file in files]))


def _list_folder(
    folder: str, prefix: str, files: list[Found], problems: list[Problem], *, with_stamps: bool = True
) -> None:
    found, others = stamped(folder, _ENDING) if with_stamps else _unstamped(folder)
    problems += [Problem(prefix + name, 0, *(_LINK if is_link else _NO_FILE)) for name, is_link in others]
    names = [file[0] for file in found]
    left_out = {name for name in names if len(name) == _README_LENGTH and name[:6].lower() == "readme"}
    if unsafe := _unsafe(names):
        problems += [Problem(prefix + name, 0, "unsafe-name", "the name cannot be a ticket's id") for name in unsafe]
        left_out |= unsafe
    if left_out:
        found = [file for file in found if file[0] not in left_out]
    files += [(prefix + file[0], *file[1:]) for file in found] if prefix else found


def _unstamped(folder: str) -> tuple[list[Found], list[tuple[str, bool]]]:
    """Return what `stamped` returns, with 0 for each part of a stamp; the listing itself says what is a file."""
    found: list[Found] = []
    others: list[tuple[str, bool]] = []
    with entries(folder) as listed:
        for entry in listed:
            name = entry.name
            if name[-3:] != _ENDING or name[0] == ".":
                continue
            if entry.is_file(follow_symlinks=False):
                found.append((name, 0, 0, 0, 0))
            else:
                others.append((name, entry.is_symlink()))
    return found, others


def _unsafe(names: list[str]) -> set[str]:
    """Return the file names that cannot be ids. All are tested at once, since nearly all are plain: 3 ms of 10,000."""
    if are_plain(names) and max(map(len, names), default=0) <= LONGEST_ID and "/-" not in f"/{'/'.join(names)}":
        return set()
    return {name for name in names if not is_safe_id(name[:-3])}


def read_bytes(store: str, path: str, limit: int) -> bytes:
    """Return the bytes of a ticket file, at most `limit` + 1.

    Raises OSError, also if it is not a regular file.
    """
    folder = path.rpartition("/")[0]
    if folder and is_linked(store, folder):
        raise OSError(40, "a folder in the path is a symbolic link", path)
    descriptor, size = open_with_size(f"{store}/{path}")
    try:
        wanted = min(size, limit) + 1
        content = os.read(descriptor, wanted)
        # A read that is cut short before the size that the file had is rare, and is finished here.
        while len(content) < wanted - 1 and (chunk := os.read(descriptor, wanted - len(content))):
            content += chunk
        return content
    finally:
        os.close(descriptor)
