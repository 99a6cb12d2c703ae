"""The latest committed changes, recorded until no other git command can still undo them.

A `git commit` of the user that read its index just before our commit may restore the older state. The record limits
the search for such commits; without a record, nothing is checked.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.system import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WATCH_SECONDS = 60.0
FOLDER = "recent"
_MOST = 20
_NAME = re.compile("[0-9a-f]{40}([0-9a-f]{24})?")
_BLOB = re.compile(f"({_NAME.pattern})?")


class Recent(NamedTuple):
    """A commit of a change, its parent (empty if unsure), the blobs by path, and the time in seconds."""

    commit: str
    parent: str
    blobs: dict[str, str]
    made: float


def remember(derived: str, commit: str, parent: str, blobs: Mapping[str, str]) -> None:
    """Record a commit and the blobs (empty for no file) that it put at paths; ignore a full disk."""
    folder = os.path.join(derived, FOLDER)
    content = "\0".join(f"{blob} {path}" for path, blob in blobs.items()).encode(errors="surrogateescape")
    with contextlib.suppress(OSError):
        files.make_private_folder(folder)
        path = os.path.join(folder, f"{parent}.{commit}")
        try:
            with open(path, "wb") as file:
                file.write(content)
        except OSError:
            files.remove(path)


def remembered(derived: str) -> list[Recent]:
    """Return the recorded commits, oldest first, without unreadable ones."""
    folder = os.path.join(derived, FOLDER)
    found = []
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            parent, dot, commit = name.partition(".")
            with contextlib.suppress(OSError):
                path = os.path.join(folder, name)
                with open(files.open_to_read(path), "rb") as file:
                    content = file.read(1 << 20)
                    made = os.fstat(file.fileno()).st_mtime
                rows = [row.partition(" ") for row in content.decode(errors="surrogateescape").split("\0")]
                if dot and _NAME.fullmatch(commit) and all(path and _BLOB.fullmatch(blob) for blob, _, path in rows):
                    found.append(Recent(commit, parent, {path: blob for blob, _, path in rows}, made))
    return sorted(found, key=lambda recent: recent.made)


def join(derived: str, seen: Sequence[Recent], head: str) -> list[Recent]:
    """Record that HEAD contained these changes; only later commits need checking."""
    joined: list[Recent] = []
    for place, recent in enumerate(seen):
        commit = head if place == len(seen) - 1 else recent.commit
        joined.append(recent._replace(commit=commit, parent=joined[-1].commit if joined else recent.parent))
        with contextlib.suppress(OSError):
            files.replace(_file(derived, recent), _file(derived, joined[-1]))
    return joined


def forget_old(derived: str, checked: Sequence[Recent]) -> None:
    """Remove checked commits that no running git command can still undo, and the oldest if there are too many."""
    now = time.time()
    for place, recent in enumerate(checked):
        if abs(now - recent.made) > WATCH_SECONDS or place < len(checked) - _MOST:
            with contextlib.suppress(OSError):
                files.remove(_file(derived, recent))


def _file(derived: str, recent: Recent) -> str:
    return os.path.join(derived, FOLDER, f"{recent.parent}.{recent.commit}")
