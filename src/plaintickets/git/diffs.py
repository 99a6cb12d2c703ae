"""Read the differences between commits, and file contents, with a constant number of git processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge.identity import Version
from plaintickets.errors import GitRefusedError
from plaintickets.git.entries import blob_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from subprocess import Popen

    from plaintickets.git.process import GitProcess

_RAW = ("--raw", "-r", "-z", "--no-renames", "--no-abbrev", "--no-relative", "-O/dev/null", "--ignore-submodules=none")
_MARK = "\x01"


class Change(NamedTuple):
    """A file before and after a change; None if it does not exist."""

    old: Version | None
    new: Version | None


class LinearCommit(NamedTuple):
    """A commit with at most one parent, and its changes by path."""

    name: str
    parent: str
    changes: dict[str, Change]


def between(git: GitProcess, old: str, new: str) -> dict[str, Change]:
    """Return the files that differ between two commits or trees."""
    out = git.read("diff-tree", *_RAW, "--end-of-options", old, new)
    return dict(_changes(out.decode(errors="surrogateescape").split("\0")))


def commits(git: GitProcess, names: Sequence[str]) -> Iterator[LinearCommit]:
    """Yield the changes of each of these commits against its parent."""
    if names:
        yield from _logged(git, ("--no-walk=unsorted", "--stdin"), stdin="\n".join(names).encode() + b"\n")


def since(git: GitProcess, tip: str, excluded: Sequence[str], path: str) -> Iterator[LinearCommit]:
    """Yield commits of `tip` that are not in `excluded` and change a path, oldest first, without merges."""
    options = ("--no-merges", "--topo-order", "--reverse", tip, *(f"^{name}" for name in excluded))
    yield from _logged(git, (*options, "--", *[path] * (path != ".")))


def _logged(git: GitProcess, arguments: Sequence[str], stdin: bytes | None = None) -> Iterator[LinearCommit]:
    settings = ("--no-replace-objects", "-c", "log.follow=false", "log", "--root", "--no-notes", "--no-decorate")
    options = (*_RAW, "--no-ext-diff", "--no-color", f"--format={_MARK}%H{_MARK}%P")
    out = git.read(*settings, *options, *arguments, stdin=stdin)
    head: list[str] = []
    body: list[str] = []
    for field in out.decode(errors="surrogateescape").split("\0"):
        if len(body) % 2 == 0 and field.startswith(_MARK):
            if head:
                yield _commit(head, body)
            head, body = field.split(_MARK), []
        elif head:
            body.append(field if len(body) % 2 else field.removeprefix("\n"))
    if head:
        yield _commit(head, body)


def _commit(head: list[str], body: list[str]) -> LinearCommit:
    return LinearCommit(head[1], head[2].partition(" ")[0], dict(_changes([*body, ""])))


def _changes(fields: list[str]) -> Iterator[tuple[str, Change]]:
    for meta, path in zip(fields[:-1:2], fields[1::2], strict=False):
        if not meta.startswith(":"):
            continue
        mode, new_mode, blob, new_blob, _ = meta[1:].split(" ")
        yield path, Change(_version(mode, blob), _version(new_mode, new_blob))


def _version(mode: str, blob: str) -> Version | None:
    return Version(mode, blob) if blob.strip("0") else None


class ObjectReader:
    """Reads the objects of a repository through one git process; also holds new, unwritten versions."""

    def __init__(self, git: GitProcess) -> None:
        self._git = git
        self._made: dict[str, bytes] = {}
        self._process: Popen[bytes] | None = None

    def content(self, version: Version) -> bytes:
        """Return the content of a file version."""
        return self._made[version.blob] if version.blob in self._made else self.read(version.blob)

    def make(self, mode: str, content: bytes, length: int) -> Version:
        """Hold new content and return its version.

        `length` is the length of the repository's object ids in hex digits, 40 or 64.
        """
        version = Version(mode, blob_id(content, length))
        self._made[version.blob] = content
        return version

    def made(self, version: Version) -> bytes | None:
        """Return the content of a version made here, or None."""
        return self._made.get(version.blob)

    def read(self, name: str) -> bytes:
        """Return the content of an object.

        Raises GitRefusedError if git does not have it.
        """
        if self._process is None:
            self._process = self._git.start(["--no-replace-objects", "cat-file", "--batch"], errors=False)
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ValueError(process)
        # Write one request, then read its whole answer, so that neither pipe can fill up.
        process.stdin.write(name.encode() + b"\n")
        process.stdin.flush()
        head = process.stdout.readline().split()
        if len(head) != 3:
            raise GitRefusedError(f"git does not have the object {name}; nothing was changed")
        content = process.stdout.read(int(head[2]))
        process.stdout.read(1)
        return content

    def close(self) -> None:
        """End the git process; a later read starts another."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
