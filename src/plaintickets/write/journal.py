"""Record an operation before it is written, so that the next command can finish or undo it after a crash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.system import files
from plaintickets.system.processes import start_of
from plaintickets.system.whole_files import put_bytes
from plaintickets.write import atomic_files

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = "journal.json"
_SCHEMA = 2
MOVING = "moving"
"""The name of the file that notes a move of the branch (`branch_move`); it can be deleted between two commands."""


class Step(NamedTuple):
    """A file of an operation: digests of its old and new bytes (empty for none), and the copy of the old file."""

    path: str
    old: str
    new: str
    kept: str


class Record(NamedTuple):
    """An operation as the journal records it.

    `head` is the commit before, empty on an unborn branch, None if unknown. `token` names the temporary files.
    `started` is the time in seconds. `children` are the git processes that write, each with its start time from the
    system.
    """

    store: str
    git_dir: str
    top: str
    prefix: str
    mode: str
    message: str
    head: str | None
    token: str
    started: float
    children: tuple[tuple[int, str], ...] = ()
    steps: tuple[Step, ...] = ()


def digest(content: bytes | None) -> str:
    """Return the identity of a file's content, empty for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


class Journal:
    """The journal of a clone: one operation at a time, under the writer lock."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._file = os.path.join(folder, _NAME)
        self._record: Record | None = None

    def open(self, record: Record, writes: Sequence[atomic_files.Write], *, sync: bool) -> list[Step]:
        """Keep the old files and write the journal.

        Raises OSError with nothing changed.
        """
        kept_folder = os.path.join(self._folder, "kept", record.token)
        os.makedirs(kept_folder, mode=0o700)
        steps = []
        for number, write in enumerate(writes):
            kept = ""
            if write.old is not None and write.old != write.new:
                kept = os.path.join(kept_folder, str(number))
                _keep(f"{record.store}/{write.path}", kept)
            steps.append(Step(write.path, digest(write.old), digest(write.new), kept))
        self._record = record._replace(steps=tuple(steps))
        self._save(self._record, sync=sync)
        return steps

    def note_child(self, pid: int) -> None:
        """Record a git process that is about to write; do nothing if the disk is full."""
        if self._record:
            self._record = self._record._replace(children=(*self._record.children, (pid, start_of(pid))))
            with contextlib.suppress(OSError):
                self._save(self._record, sync=False)

    def _save(self, record: Record, *, sync: bool) -> None:
        content = {**record._asdict(), "schema": _SCHEMA, "steps": [list(step) for step in record.steps]}
        waiting = self._file + ".new"
        with open(waiting, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(content, file)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        files.replace(waiting, self._file)

    def pending(self) -> Record | None:
        """Return the unfinished operation of a dead process, if any; None if the journal is unreadable."""
        try:
            with open(self._file, encoding="utf-8", errors="surrogateescape") as file:
                content = json.load(file)
            if content.pop("schema") != _SCHEMA:
                return None
            content["steps"] = tuple(Step(*step) for step in content["steps"])
            content["children"] = tuple((int(pid), str(start)) for pid, start in content["children"])
            self._record = Record(**content)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return self._record

    def drop(self) -> None:
        """Forget the operation and remove the old files kept for it.

        Files that cannot be removed do no harm: the next command finds the operation finished.
        """
        self._record = None
        with contextlib.suppress(OSError):
            files.remove(self._file)
        _empty(os.path.join(self._folder, "kept"))

    def keep_rejected(self, path: str, content: bytes, stamp: str) -> str:
        """Keep content that could not be committed; return its path, or an empty string if that fails too."""
        folder = os.path.join(self._folder, "rejected")
        name = f"{stamp.replace(':', '')}-{os.urandom(3).hex()}-{path.rpartition('/')[2]}"
        place = os.path.join(folder, name)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with open(place, "xb") as file:
                file.write(content)
        except OSError:
            with contextlib.suppress(OSError):
                files.remove(place)
            return ""
        return place


def _empty(folder: str) -> None:
    """Remove the folders in a folder and their files; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            for file in list(os.scandir(entry.path)):
                files.remove(file.path)
            os.rmdir(entry.path)


def _keep(path: str, kept: str) -> None:
    """Make a second name for the file; make a copy if the file system has no links."""
    try:
        files.link(path, kept)
    except OSError:
        with open(files.open_to_read(path), "rb") as source, open(kept, "xb") as copy:
            copy.write(source.read())
            copy.flush()
            os.fsync(copy.fileno())


def put_back(store: str, step: Step) -> bool:
    """Restore one file, if it is still what the operation wrote; return whether it now is as before."""
    target = f"{store}/{step.path}"
    state = state_of(store, step)
    if state != "new":
        return state == "old"
    try:
        if not step.old:
            files.remove(target)
        else:
            _restore(step.kept, target)
    except OSError:
        return False
    return state_of(store, step) == "old"


def _restore(kept: str, target: str) -> None:
    try:
        files.replace(kept, target)
    except OSError:
        # Another file system: copy the bytes.
        with open(kept, "rb") as file:
            put_bytes(target, file.read())


def state_of(store: str, step: Step) -> str:
    """Return whether a step's file is `old`, `new`, or `other`; `old` if the step changes nothing."""
    try:
        current = digest(atomic_files.content_of(f"{store}/{step.path}"))
    except OSError:
        return "other"
    return "old" if current == step.old else "new" if current == step.new else "other"
