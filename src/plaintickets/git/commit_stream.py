"""Create a long line of commits with one `git fast-import`, each with an author and a time of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.entries import blob_id
from plaintickets.git.fast_import import FastImport, quoted
from plaintickets.git.folder_trees import folder_trees
from plaintickets.git.incoming_objects import IncomingObjects
from plaintickets.git.made_changes import MadeChanges
from plaintickets.git.new_commits import committer_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from plaintickets.git.folder_trees import FolderTrees
    from plaintickets.git.process import GitProcess

_NOT_IN_NAME = re.compile("[\x00-\x1f\x7f<>\ud800-\udfff]+")
_PERSON = re.compile(r"(.*?)\s*<([^<>\s]*)>\s*\Z", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_TOGETHER = 4096  # commits whose trees go into one pack
_LATEST = 4_102_444_800  # the year 2100: no change of the past is later


class Entry(NamedTuple):
    """A commit to create: its author as `Name <mail>`, the seconds since 1970, and the files by git's path."""

    author: str
    seconds: int
    message: str
    files: Mapping[str, bytes | None]


class CommitStream:
    """A line of commits onto another one; no branch holds them until the caller moves one there."""

    def __init__(self, git: GitProcess, base: str, folder: str) -> None:
        """Prepare a line of commits that change files of one folder; its path is git's, with a slash at the end."""
        self._git = git
        self._base = base
        self._lead = folder
        self._trees: FolderTrees | None = None
        self._incoming: IncomingObjects | None = None
        self._waiting: list[bytes] = []
        self._import: FastImport | None = None
        self._committer = b""
        self.count = 0
        self.made = MadeChanges()

    def __enter__(self) -> Self:
        """Start git.

        Raises GitRefusedError.
        """
        self._committer = committer_of(self._git)
        self._incoming = IncomingObjects(self._git)
        # Before git is started, whose streams its process would hold open.
        self._trees = folder_trees(self._git, self._incoming.git, self._base, self._lead.rstrip("/"))
        self._import = FastImport(self._incoming.git, "importing")
        return self

    def __exit__(self, *details: object) -> None:
        """End a git that an error left open, and remove what it wrote; it has changed no branch."""
        if self._import is not None:
            self._import.kill()
            self._import = None
        if self._trees is not None:
            self._trees.close()
            self._trees = None
        if self._incoming is not None:
            self._incoming.drop()

    def add(self, entry: Entry) -> None:
        """Add a commit that sets files; its committer is the user of this clone, and its time that of the author.

        Raises GitRefusedError.
        """
        for path, content in entry.files.items():
            if content is not None:
                self._put(b"blob\ndata %d\n" % len(content), content, b"\n")
                blob = bytes.fromhex(blob_id(content, len(self._base)))
                self._making.put(path.removeprefix(self._lead), blob)
                self.made.add(path, blob)
        self.made.end_commit()
        when = b"%d +0000" % min(max(entry.seconds, 0), _LATEST)
        committer = self._committer.rpartition(b"> ")[0] + b"> " + when
        self._making.end_commit()
        self._waiting.append(self._head(b"author %s %s\n" % (person(entry.author), when), committer, entry))
        if len(self._waiting) == _TOGETHER:
            self._flush()

    def finish(self, entry: Entry) -> str:
        """Add the last commit, by the user and now, and return its id.

        Raises GitRefusedError.
        """
        self._flush()
        rows = [self._head(b"", self._committer, entry)]
        for path, content in entry.files.items():
            if content is None:
                rows.append(b"D %s\n" % quoted(path))
            else:
                rows += [b"M 100644 inline %s\ndata %d\n" % (quoted(path), len(content)), content, b"\n"]
        self._put(*rows)
        tip = self._running.created(1)
        self._running.end(len(self._base))
        self._import = None
        self._arrived.take_over()
        return tip

    def _flush(self) -> None:
        """Write the trees of the commits that wait, then give git these commits."""
        folder = quoted(self._lead.rstrip("/"))
        for head, tree in zip(self._waiting, self._making.flush(), strict=True):
            self._put(head, b"M 040000 %s %s\n" % (tree.hex().encode(), folder))
        self._waiting.clear()

    def _head(self, author: bytes, committer: bytes, entry: Entry) -> bytes:
        message = entry.message.replace("\0", " ").encode("utf-8", "replace")
        lead = b"commit %s\nmark :1\n%scommitter %s\ndata %d\n" % (self._running.ref, author, committer, len(message))
        self.count += 1
        return lead + message + (b"\nfrom %s\n" % self._base.encode() if self.count == 1 else b"\n")

    def _put(self, *parts: bytes) -> None:
        self._running.put(*parts)

    @property
    def _arrived(self) -> IncomingObjects:
        if self._incoming is None:
            raise ValueError(self._incoming)
        return self._incoming

    @property
    def _making(self) -> FolderTrees:
        if self._trees is None:
            raise ValueError(self._trees)
        return self._trees

    @property
    def _running(self) -> FastImport:
        if self._import is None:
            raise ValueError(self._import)
        return self._import


def person(text: str) -> bytes:
    """Return a person as git writes one: a name that is not empty, and a mail address that may be."""
    found = _PERSON.match(text)
    name, mail = found.groups() if found else (text, text if _ADDRESS.fullmatch(text) else "")
    name = " ".join(_NOT_IN_NAME.sub(" ", name).split()).strip(" .,:;\"'\\") or mail or "unknown"
    return f"{name} <{mail}>".encode("utf-8", "replace")
