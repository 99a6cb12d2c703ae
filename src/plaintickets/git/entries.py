"""Read which blobs a revision and the index hold at given paths."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from plaintickets.git.process import GitProcess

_PORTION = 1000


class Entry(NamedTuple):
    """A file as git stores it: its mode in octal, and the id of its blob."""

    mode: str
    blob: str


def portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split the paths into portions that fit on a command line."""
    for start in range(0, len(paths), _PORTION):
        yield paths[start : start + _PORTION]


def in_tree(git: GitProcess, revision: str, paths: Sequence[str]) -> dict[str, Entry] | None:
    """Return the entries of a revision at these paths, or None if the revision does not exist."""
    found: dict[str, Entry] = {}
    for portion in portions(paths):
        outcome = git.run("ls-tree", "-z", "--full-tree", revision, "--", *portion)
        if outcome.code != 0:
            return None
        found.update(of_tree(outcome.out))
    return found


def of_tree(out: bytes) -> dict[str, Entry]:
    """Parse the output of `git ls-tree -z` into entries by path."""
    rows = ((path, meta.split(" ")) for meta, path in _rows(out))
    return {path: Entry(mode, blob) for path, (mode, _, blob) in rows}


def in_index(git: GitProcess, paths: Sequence[str]) -> dict[str, Entry]:
    """Return the index entries at these paths; unmerged paths are left out."""
    found: dict[str, Entry] = {}
    for portion in portions(paths):
        for meta, path in _rows(git.read("ls-files", "--stage", "-z", "--", *portion)):
            mode, blob, stage = meta.split(" ")
            if stage == "0":
                found[path] = Entry(mode, blob)
    return found


def untracked(git: GitProcess, paths: Sequence[str]) -> list[str]:
    """Return the paths that git does not track."""
    known: set[str] = set()
    for portion in portions(paths):
        known.update(git.read("ls-files", "-z", "--", *portion).decode(errors="surrogateescape").split("\0"))
    return [path for path in paths if path not in known]


def ignored(git: GitProcess, paths: Sequence[str]) -> set[str]:
    """Return the paths that an ignore rule covers and git does not track."""
    asked = "\0".join(paths).encode(errors="surrogateescape")
    # `check-ignore` is the only command that does not accept literal paths.
    outcome = git.run("check-ignore", "-z", "--stdin", stdin=asked, literal=False)
    return set(outcome.out.decode(errors="surrogateescape").split("\0")) - {""}


def blob_id(content: bytes | None, length: int) -> str:
    """Return git's id of a blob, or zeros for None.

    `length` is the length of the repository's object ids in hex digits, 40 or 64.
    """
    if content is None:
        return "0" * length
    return _hash(len(content), length, (content,))


def blob_id_of_file(file: BinaryIO, length: int) -> str:
    """Return git's id of an open file's bytes; it may be large."""
    size = os.fstat(file.fileno()).st_size
    return _hash(size, length, iter(lambda: file.read(1 << 20), b""))


def _hash(size: int, length: int, pieces: Iterable[bytes]) -> str:
    import hashlib

    algorithm = hashlib.sha1 if length == 40 else hashlib.sha256
    found = algorithm(b"blob %d\0" % size, usedforsecurity=False)
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def _rows(out: bytes) -> Iterator[tuple[str, str]]:
    for row in out.decode(errors="surrogateescape").split("\0"):
        meta, tab, path = row.partition("\t")
        if tab:
            yield meta, path
