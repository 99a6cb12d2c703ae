"""Create a long line of commits with one `git fast-import`, each with an author and a time of its own."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.new_commits import quoted, refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen
    from typing import Self

    from plaintickets.git.process import GitProcess

_NOT_IN_NAME = re.compile("[\x00-\x1f\x7f<>\ud800-\udfff]+")
_PERSON = re.compile(r"(.*?)\s*<([^<>\s]*)>\s*\Z", re.DOTALL)
_LATEST = 4_102_444_800  # the year 2100: no change of the past is later


class Entry(NamedTuple):
    """A commit to create: its author as `Name <mail>`, the seconds since 1970, and the files by git's path."""

    author: str
    seconds: int
    message: str
    files: Mapping[str, bytes | None]


class CommitStream:
    """A line of commits onto another one; no branch holds them until the caller moves one there."""

    def __init__(self, git: GitProcess, base: str) -> None:
        self._git = git
        self._base = base
        self._ref = f"refs/plaintickets/importing-{os.getpid()}".encode()
        self._process: Popen[bytes] | None = None
        self._committer = b""
        self.count = 0

    def __enter__(self) -> Self:
        """Start git.

        Raises GitRefusedError.
        """
        who = self._git.run("var", "GIT_COMMITTER_IDENT")
        if who.code != 0:
            raise refused(who.err.encode())
        self._committer = who.out.strip()
        self._process = self._git.start_writing(("fast-import", "--quiet", "--done", "--date-format=raw"))
        return self

    def __exit__(self, *details: object) -> None:
        """End a git that an error left open; it has changed no branch."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def add(self, entry: Entry) -> None:
        """Add a commit; its committer is the user of this clone, and its time that of the author.

        Raises GitRefusedError.
        """
        when = b"%d +0000" % min(max(entry.seconds, 0), _LATEST)
        committer = self._committer.rpartition(b"> ")[0] + b"> " + when
        self._put(b"author %s %s\n" % (person(entry.author), when), committer, entry)

    def finish(self, entry: Entry) -> str:
        """Add the last commit, by the user and now, and return its id.

        Raises GitRefusedError.
        """
        self._put(b"", self._committer, entry)
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise ValueError(process)
        try:
            process.stdin.write(b"get-mark :1\n")
            process.stdin.flush()
            tip = process.stdout.readline().decode().strip()
        except BrokenPipeError:
            tip = ""
        self._process = None
        _, err = process.communicate(b"reset %s\nfrom %s\ndone\n" % (self._ref, b"0" * len(self._base)))
        if not tip or process.returncode != 0:
            raise refused(err)
        return tip

    def _put(self, author: bytes, committer: bytes, entry: Entry) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise ValueError(process)
        message = entry.message.replace("\0", " ").encode("utf-8", "replace")
        rows = [
            b"commit %s\nmark :1\n%scommitter %s\ndata %d\n" % (self._ref, author, committer, len(message)),
            message,
        ]
        rows.append(b"\nfrom %s\n" % self._base.encode() if not self.count else b"\n")
        for path, content in entry.files.items():
            if content is None:
                rows.append(b"D %s\n" % quoted(path))
            else:
                rows += [b"M 100644 inline %s\ndata %d\n" % (quoted(path), len(content)), content, b"\n"]
        try:
            process.stdin.write(b"".join(rows))
        except BrokenPipeError:
            self._process = None
            raise refused(process.communicate()[1]) from None
        self.count += 1


def person(text: str) -> bytes:
    """Return a person as git writes one: a name that is not empty, and a mail address that may be."""
    found = _PERSON.match(text)
    name, mail = found.groups() if found else (text, "")
    name = " ".join(_NOT_IN_NAME.sub(" ", name).split()).strip(" .,:;\"'\\") or mail or "unknown"
    return f"{name} <{mail}>".encode("utf-8", "replace")
