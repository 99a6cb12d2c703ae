"""State of a sync that was pushed but not yet applied to the local branch."""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

from plaintickets.system.files import remove
from plaintickets.system.whole_files import put_bytes

_NAME = "syncing"
_MOST_NOTES = 50
_HEX = frozenset("0123456789abcdef")


class Note(NamedTuple):
    """A note that the commit `there` contains the commits up to `here`, although they are not its ancestors.

    `target` is the ref that was updated: the local branch, or a branch of the remote for tickets only.
    """

    target: str
    here: str
    there: str


def keep(derived: str, note: Note) -> None:
    """Write a note and replace an earlier one of the same target.

    Raises OSError.
    """
    others = [known for known in kept(derived) if known.target != note.target]
    _write(derived, [*others[-_MOST_NOTES:], note])


def kept(derived: str) -> list[Note]:
    """Return the notes, oldest first, without unreadable ones."""
    try:
        with open(os.path.join(derived, _NAME), encoding="utf-8", errors="surrogateescape") as file:
            rows = [line.rstrip("\n").split(" ") for line in file]
    except OSError:
        return []
    return [Note(*row) for row in rows if len(row) == 3 and all(map(_is_commit, row[1:]))]


def drop(derived: str, target: str) -> None:
    """Remove the note of a target."""
    notes = kept(derived)
    left = [note for note in notes if note.target != target]
    if not left:
        with contextlib.suppress(FileNotFoundError):
            remove(os.path.join(derived, _NAME))
    elif left != notes:
        _write(derived, left)


def _write(derived: str, notes: list[Note]) -> None:
    os.makedirs(derived, mode=0o700, exist_ok=True)
    text = "".join(" ".join(note) + "\n" for note in notes)
    put_bytes(os.path.join(derived, _NAME), text.encode(errors="surrogateescape"))


def _is_commit(name: str) -> bool:
    return len(name) in (40, 64) and _HEX.issuperset(name)
