"""The trees of a long line of commits that set files of one folder, made beside the commits where that is possible."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, Protocol

from plaintickets.errors import GitRefusedError
from plaintickets.git.tree_packs import Folder, TreePacks
from plaintickets.system.workers import start_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.git.process import GitProcess
    from plaintickets.system.workers import Worker

_LENGTH = struct.Struct("<I")
_END_OF_COMMIT, _FLUSH = 0, 0xFFFFFFFF
"""Two marks that are sent instead of the length of a path."""
_DONE, _REFUSED = b"\0", b"\1"


class FolderTrees(Protocol):
    """Makes the tree of each commit, in order; git can read them when `flush` has returned."""

    def put(self, path: str, blob: bytes) -> None:
        """Set a file, by its path in the folder, in the commit that comes next."""

    def end_commit(self) -> None:
        """End a commit."""

    def flush(self) -> Sequence[bytes]:
        """Write the trees; return their ids, one for each commit since the last time.

        Raises GitRefusedError.
        """

    def close(self) -> None:
        """Let go of what was begun."""


def folder_trees(git: GitProcess, incoming: GitProcess, base: str, path: str) -> FolderTrees:
    """Return the trees of a folder that is read from a commit by `git`, and written by `incoming`.

    They are made in a process of their own, because to hash them takes a third of the time of a large import.
    """
    trees = TreesHere(git, incoming, base, path)
    worker = start_worker(lambda questions, answers: _answer(questions, answers, trees, len(base) // 2))
    return trees if worker is None else TreesBeside(worker, len(base) // 2)


class TreesHere:
    """Makes the trees in this process."""

    def __init__(self, git: GitProcess, incoming: GitProcess, base: str, path: str) -> None:
        self._folder = Folder(git, base, path)
        self._packs = TreePacks(incoming, base)
        self._ids: list[bytes] = []

    def put(self, path: str, blob: bytes) -> None:
        """Set a file in the commit that comes next."""
        self._folder.put_file(path, blob, self._packs)

    def end_commit(self) -> None:
        """Make the tree of a commit."""
        self._ids.append(self._packs.next(self._folder))

    def flush(self) -> list[bytes]:
        """Write the trees; return their ids.

        Raises GitRefusedError.
        """
        self._packs.flush()
        ids, self._ids = self._ids, []
        return ids

    def close(self) -> None:
        """Do nothing."""


class TreesBeside:
    """Lets another process make the trees."""

    def __init__(self, worker: Worker, length: int) -> None:
        self._worker = worker
        self._length = length
        self._count = 0

    def put(self, path: str, blob: bytes) -> None:
        """Set a file in the commit that comes next."""
        name = path.encode(errors="surrogateescape")
        self._ask(_LENGTH.pack(len(name)) + name + blob)

    def end_commit(self) -> None:
        """End a commit."""
        self._ask(_LENGTH.pack(_END_OF_COMMIT))
        self._count += 1

    def flush(self) -> list[bytes]:
        """Let the trees be written; return their ids.

        Raises GitRefusedError.
        """
        self._ask(_LENGTH.pack(_FLUSH), at_once=True)
        found = self._answered(self._count * self._length)
        self._count = 0
        return [found[at : at + self._length] for at in range(0, len(found), self._length)]

    def close(self) -> None:
        """End the process."""
        self._worker.kill()

    def _ask(self, question: bytes, *, at_once: bool = False) -> None:
        try:
            self._worker.ask.write(question)
            if at_once:
                self._worker.ask.flush()
        except BrokenPipeError:
            self._answered(0)

    def _answered(self, size: int) -> bytes:
        """Return an answer of so many bytes.

        Raises GitRefusedError.
        """
        said = self._worker.answer.read(1)
        if said == _REFUSED:
            message, _, hint = self._worker.answer.read().decode().partition("\0")
            raise GitRefusedError(message, hint=hint)
        found = self._worker.answer.read(size)
        if said != _DONE or len(found) != size:
            raise GitRefusedError(
                "the process that makes git's trees was ended; nothing was changed", hint="run the command again."
            )
        return found


def _answer(questions: IO[bytes], answers: IO[bytes], trees: TreesHere, length: int) -> None:
    """Make trees as the other process asks, until it asks no more."""
    try:
        while lead := questions.read(_LENGTH.size):
            size = _LENGTH.unpack(lead)[0]
            if size == _END_OF_COMMIT:
                trees.end_commit()
            elif size == _FLUSH:
                answers.write(_DONE + b"".join(trees.flush()))
                answers.flush()
            else:
                path = questions.read(size).decode(errors="surrogateescape")
                trees.put(path, questions.read(length))
    except GitRefusedError as error:
        answers.write(_REFUSED + f"{error}\0{error.hint or ''}".encode())
