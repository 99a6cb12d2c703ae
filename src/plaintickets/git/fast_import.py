"""One `git fast-import` that creates commits, which no branch holds until the caller moves one there."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from subprocess import Popen

    from plaintickets.git.process import GitProcess

_FULL = re.compile(rb"no space|diskspace|write error|file size limit|file too large|quota", re.IGNORECASE)


class FastImport:
    """A running `git fast-import`; its commits go onto `ref`, which is deleted at the end."""

    def __init__(self, git: GitProcess, purpose: str) -> None:
        self._git_dir = git.git_dir
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
            raise self._refused() from None

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
            raise self._refused()
        return name

    def end(self, length: int) -> None:
        """Write all commits to the repository, whose ids have a length; delete the ref.

        Raises GitRefusedError.
        """
        _, err = self._process.communicate(b"reset %s\nfrom %s\ndone\n" % (self.ref, b"0" * length))
        if self._process.returncode != 0:
            raise self._refused(err)

    def kill(self) -> None:
        """End a git that an error left open; it has changed no branch."""
        self._process.kill()
        self._process.communicate()

    def _refused(self, said: bytes = b"") -> GitRefusedError:
        """Return the error for a git that ended, without its report of a crash."""
        said = said or self._process.communicate()[1]
        report = f"{self._git_dir}/fast_import_crash_{self._process.pid}"
        if os.path.lexists(report):
            remove(report)
        if not said.strip() and self._process.returncode < 0:
            said = f"git was ended: {signal.strsignal(-self._process.returncode)}".encode()
        return refused(said)


def refused(said: bytes) -> GitRefusedError:
    """Return the error that shows what git said about a commit."""
    return GitRefusedError(
        f"git refused the commit:\n{said.decode(errors='replace').strip()}\nnothing was changed",
        hint="free some space, then run the command again."
        if _FULL.search(said)
        else "see git's message above: an identity or a signing key may be missing.",
    )


def quoted(path: str) -> bytes:
    """Return a path as git's streams write one that may hold any sign."""
    raw = path.encode(errors="surrogateescape")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
