"""Which blobs HEAD and the index hold at given paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.git.process import GitProcess

_PORTION = 1000


class Entry(NamedTuple):
    """One file as git holds it: its mode in octal, and the name of its blob."""

    mode: str
    blob: str


def portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """The paths in portions that fit on a command line."""
    for start in range(0, len(paths), _PORTION):
        yield paths[start : start + _PORTION]


def in_tree(git: GitProcess, revision: str, paths: Sequence[str]) -> dict[str, Entry] | None:
    """The entries of a revision at these paths, None where there is no such revision."""
    found: dict[str, Entry] = {}
    for portion in portions(paths):
        outcome = git.run("ls-tree", "-z", "--full-tree", revision, "--", *portion)
        if outcome.code != 0:
            return None
        found.update(of_tree(outcome.out))
    return found


def of_tree(out: bytes) -> dict[str, Entry]:
    """The entries that `git ls-tree -z` printed, by path."""
    rows = ((path, meta.split(" ")) for meta, path in _rows(out))
    return {path: Entry(mode, blob) for path, (mode, _, blob) in rows}


def in_index(git: GitProcess, paths: Sequence[str]) -> dict[str, Entry]:
    """The entries of the index at these paths; an unmerged path has none."""
    found: dict[str, Entry] = {}
    for portion in portions(paths):
        for meta, path in _rows(git.read("ls-files", "--stage", "-z", "--", *portion)):
            mode, blob, stage = meta.split(" ")
            if stage == "0":
                found[path] = Entry(mode, blob)
    return found


def untracked(git: GitProcess, paths: Sequence[str]) -> list[str]:
    """Those of the paths that git does not know."""
    known: set[str] = set()
    for portion in portions(paths):
        known.update(git.read("ls-files", "-z", "--", *portion).decode(errors="surrogateescape").split("\0"))
    return [path for path in paths if path not in known]


def ignored(git: GitProcess, paths: Sequence[str]) -> set[str]:
    """Those of the paths that an ignore rule covers and git does not know."""
    asked = "\0".join(paths).encode(errors="surrogateescape")
    # The one command that takes no literal paths.
    outcome = git.run("check-ignore", "-z", "--stdin", stdin=asked, literal=False)
    return set(outcome.out.decode(errors="surrogateescape").split("\0")) - {""}


def blob_id(content: bytes | None, length: int) -> str:
    """The name git gives a blob; zeros for none. `length` is that of the repository's object names."""
    if content is None:
        return "0" * length
    import hashlib

    algorithm = hashlib.sha1 if length == 40 else hashlib.sha256
    return algorithm(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _rows(out: bytes) -> Iterator[tuple[str, str]]:
    for row in out.decode(errors="surrogateescape").split("\0"):
        meta, tab, path = row.partition("\t")
        if tab:
            yield meta, path
