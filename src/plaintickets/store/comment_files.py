"""Comments in separate files: `<id>.d/<UTC time>-<random>.md` beside the ticket."""

from __future__ import annotations

import contextlib
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

from plaintickets.core.paths import ATTACHED
from plaintickets.store.files import is_linked, is_safe_id, read_bytes
from plaintickets.store.names import folders_of
from plaintickets.system.folders import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem


LARGEST_ATTACHED = 128 * 1024 * 1024


def folder_of(path: str) -> str:
    """Return the store path of the folder of a ticket's comment files."""
    return path.removesuffix(".md") + ".d"


def paths(store: str, path: str) -> list[str]:
    """Return the store paths of a ticket's comment files, oldest first."""
    folder = folder_of(path)
    if is_linked(store, folder):
        return []
    try:
        names = os.listdir(f"{store}/{folder}")
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [f"{folder}/{name}" for name in sorted(names) if name.endswith(".md") and is_safe_id(name)]


def stamps(store: str) -> dict[str, list[list[object]]]:
    """Return, by the store path of a folder of comment files, each of its files with what changes whenever it does."""
    found: dict[str, list[list[object]]] = {}
    for folder in folders_of(store):
        with entries(folder) as listed:
            names = [entry.name for entry in listed if entry.name.endswith(".d") and not entry.is_symlink()]
        prefix = folder[len(store) :].lstrip("/")
        for name in names:
            found[f"{prefix}/{name}" if prefix else name] = _stamps(f"{folder}/{name}")
    return found


def _stamps(folder: str) -> list[list[object]]:
    rows: list[list[object]] = []
    with contextlib.suppress(NotADirectoryError, FileNotFoundError), entries(folder) as listed:
        for entry in listed:
            state = entry.stat(follow_symlinks=False)
            rows.append([entry.name, state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino])
    return sorted(rows, key=str)


def attached(store: str, path: str) -> list[str]:
    """Return the store paths of the mails and files that are kept beside a ticket."""
    found = []
    for folder in (f"{folder_of(path)}/{name}" for name in ATTACHED):
        if not is_linked(store, folder) and os.path.isdir(f"{store}/{folder}"):
            names = sorted(os.listdir(f"{store}/{folder}"))
            found += [f"{folder}/{name}" for name in names if os.path.isfile(f"{store}/{folder}/{name}")]
    return [one for one in found if not os.path.islink(f"{store}/{one}")]


def drop_emptied(store: str, gone: Iterable[str]) -> None:
    """Remove the folders of comment files that are now empty."""
    for folder in {path.rpartition("/")[0] for path in gone}:
        if folder.endswith(".d"):
            with contextlib.suppress(OSError):
                os.rmdir(f"{store}/{folder}")


def read(
    store: str, path: str, max_bytes: int, unwritten: Mapping[str, Document | None] = MappingProxyType({})
) -> tuple[list[Comment], list[Problem]]:
    """Return a ticket's comments that are in files, and the problems of unreadable files.

    `unwritten` are documents by store path that the files do not hold yet, None for a file that goes.
    """
    from plaintickets.core.comments import comment_of
    from plaintickets.core.document import parse
    from plaintickets.core.problem import Problem

    comments: list[Comment] = []
    problems: list[Problem] = []
    if is_linked(store, folder_of(path)):
        problems.append(Problem(folder_of(path), 0, "not-a-file", "a symbolic link, so no comment in it is read"))
    added = [place for place in unwritten if place.startswith(f"{folder_of(path)}/")]
    for place in sorted({*paths(store, path), *added}):
        if place in unwritten:
            comments += [comment_of(document)] if (document := unwritten[place]) is not None else []
            continue
        try:
            document = parse(read_bytes(store, place, max_bytes), place, max_bytes)
        except OSError as error:
            problems.append(Problem(place, 0, "unreadable", f"cannot be read: {error.strerror}"))
            continue
        problems += document.problems
        if not document.problems:
            comments.append(comment_of(document))
    return comments, problems


def token_of(comment: Comment) -> str:
    """Return the part of a file's name that tells comments of one moment apart, the same in every clone."""
    import hashlib

    return hashlib.sha256(repr(comment).encode(errors="replace")).hexdigest()[:6]


def file_of(path: str, comment: Comment, random: str) -> tuple[str, bytes]:
    """Return the store path and the bytes of a new comment file."""
    from plaintickets.core.comments import guarded
    from plaintickets.core.document import parse
    from plaintickets.core.split import joined

    place = f"{folder_of(path)}/{comment.date.replace(':', '')}-{random}.md"
    text = guarded(comment.text.replace("\r\n", "\n").strip("\n"))
    document = parse(joined("", f"{text}\n"), place)
    if comment.author:
        document = document.with_key("author", comment.author)
    document = document.with_key("date", comment.date)
    if comment.internal:
        document = document.with_key("internal", "true")
    return place, document.to_bytes()
