"""The files that each commit of a long line sets, held in little memory."""

from __future__ import annotations

from array import array
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class MadeChanges:
    """For each commit, oldest first, the paths of its files and the ids of their blobs."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._files = array("L")
        self._blobs = bytearray()
        self._ends = array("L")
        self._size = 0

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, path: str, blob: bytes) -> None:
        """Add a file of the commit that comes next."""
        self._files.append(self._numbers.setdefault(path, len(self._numbers)))
        self._blobs += blob
        self._size = len(blob)

    def end_commit(self) -> None:
        """End the list of files of a commit."""
        self._ends.append(len(self._files))

    def __iter__(self) -> Iterator[list[tuple[str, str]]]:
        paths = list(self._numbers)
        start = 0
        for end in self._ends:
            yield [(paths[self._files[at]], self._blob(at)) for at in range(start, end)]
            start = end

    def by_file(self) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        """Yield each path with the numbers of its commits, from 0, and the ids of its blobs."""
        commits = array("L")
        for number, end in enumerate(self._ends):
            commits.extend([number] * (end - len(commits)))
        paths = list(self._numbers)
        places = sorted(range(len(commits)), key=self._files.__getitem__)
        for file, rows in groupby(places, self._files.__getitem__):
            yield paths[file], [(commits[at], self._blob(at)) for at in rows]

    def _blob(self, at: int) -> str:
        return self._blobs[at * self._size : (at + 1) * self._size].hex()
