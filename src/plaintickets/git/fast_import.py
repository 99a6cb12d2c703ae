"""One `git fast-import` that creates commits, which no branch holds until the caller moves one there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from subprocess import Popen

    from plaintickets.git.process import GitProcess


class FastImport:
    """A running `git fast-import`; its commits go onto `ref`, which is deleted at the end."""

    def __init__(self, git: GitProcess, purpose: str) -> None:
        self._process: Popen[bytes] = git.start_writing(("fast-import", "--quiet", "--done", "--date-format=raw"))
        self.ref = f"refs/plaintickets/{purpose}-{os.getpid()}".encode()

    def put(self, *parts: bytes) -> None:
        """Give git a part of its input.

        Raises GitRefusedError.
        """
        stream = self._process.stdin
        if stream is None:
            raise ValueError(self._process)
        try:
            stream.write(b"".join(parts))
        except BrokenPipeError:
            raise refused(self._process.communicate()[1]) from None

    def created(self, mark: int) -> str:
        """Return the id of the commit with a mark.

        Raises GitRefusedError.
        """
        self.put(b"get-mark :%d\n" % mark)
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ValueError(self._process)
        try:
            stdin.flush()
            name = stdout.readline().decode().strip()
        except BrokenPipeError:
            name = ""
        if not name:
            raise refused(self._process.communicate()[1])
        return name

    def end(self, length: int) -> None:
        """Write all commits to the repository, whose ids have a length; delete the ref.

        Raises GitRefusedError.
        """
        _, err = self._process.communicate(b"reset %s\nfrom %s\ndone\n" % (self.ref, b"0" * length))
        if self._process.returncode != 0:
            raise refused(err)

    def kill(self) -> None:
        """End a git that an error left open; it has changed no branch."""
        self._process.kill()
        self._process.communicate()


def refused(said: bytes) -> GitRefusedError:
    """Return the error that shows what git said about a commit."""
    return GitRefusedError(
        f"git refused the commit:\n{said.decode(errors='replace').strip()}\nnothing was changed",
        hint="see git's message above: an identity or a signing key may be missing.",
    )


def quoted(path: str) -> bytes:
    """Return a path as git's streams write one that may hold any sign."""
    raw = path.encode(errors="surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
