"""The ticket files: which there are, and their bytes, read without following links."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from plaintickets.core.problem import Problem

ARCHIVE = "archive"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_YEAR = re.compile(r"[0-9]{4}\Z")


class Found(NamedTuple):
    """One ticket file as a directory listing shows it; the stamp changes whenever the file does."""

    path: str
    stamp: tuple[int, int, int, int]


class Listing(NamedTuple):
    """The ticket files of a store, and what stands where a ticket file should."""

    files: list[Found]
    problems: list[Problem]


def is_safe_id(name: str) -> bool:
    """Whether a name can be a ticket's id: a safe file name, not hidden, no option."""
    return bool(name) and name[0] not in ".-" and len(os.fsencode(name)) <= 250 and not _UNSAFE.search(name)


def id_of(path: str) -> str:
    """The ticket id that a store path (`pt-1.md`, `archive/2026/pt-1.md`) stands for."""
    return path.rpartition("/")[2].removesuffix(".md")


def listing(store: str) -> Listing:
    """Every ticket file below the store's folder and its archive, in directory order."""
    files: list[Found] = []
    problems: list[Problem] = []
    _list_folder(store, "", files, problems)
    archive = os.path.join(store, ARCHIVE)
    if os.path.isdir(archive) and not os.path.islink(archive):
        for entry in sorted(os.scandir(archive), key=lambda entry: entry.name):
            if _YEAR.match(entry.name) and entry.is_dir(follow_symlinks=False):
                _list_folder(entry.path, f"{ARCHIVE}/{entry.name}/", files, problems)
    return Listing(files, problems)


def _list_folder(folder: str, prefix: str, files: list[Found], problems: list[Problem]) -> None:
    append = files.append
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[-3:] != ".md" or name[0] == "." or name[:-3].lower() == "readme":
                continue
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(state.st_mode):
                kind = "a symbolic link" if stat.S_ISLNK(state.st_mode) else "not a regular file"
                problems.append(Problem(prefix + name, 0, "not-a-file", f"{kind}, so it is not read"))
            elif not is_safe_id(name[:-3]):
                problems.append(Problem(prefix + name, 0, "unsafe-name", "the name cannot be a ticket's id"))
            else:
                append(Found(prefix + name, (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)))


def read_bytes(store: str, path: str, limit: int) -> bytes:
    """The bytes of a ticket file, at most `limit` + 1 of them; raises OSError, also for what is no regular file."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    descriptor = os.open(f"{store}/{path}", flags)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(22, "not a regular file", path)
        wanted = min(state.st_size, limit) + 1
        chunks = []
        while wanted > 0 and (chunk := os.read(descriptor, wanted)):
            chunks.append(chunk)
            wanted -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    finally:
        os.close(descriptor)
