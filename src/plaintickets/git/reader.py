"""Git as the readers of history use it: output or an error, and processes that stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

    from plaintickets.git.process import GitProcess


class Reader:
    """A `GitReader` over the one wrapper of git."""

    def __init__(self, git: GitProcess, common_dir: str, progress: Callable[[int], None] = lambda _: None) -> None:
        self._git = git
        self.common_dir = common_dir
        self.progress = progress

    def run(self, args: list[str], stdin: bytes | None = None) -> bytes:
        """What a git command prints; raises GitRefusedError."""
        outcome = self._git.run(*args, stdin=stdin)
        if outcome.code != 0:
            raise GitRefusedError(f"git {args[0]} failed: {outcome.err.strip() or outcome.code}")
        return outcome.out

    def popen(self, args: list[str]) -> Popen[bytes]:
        """A git command under way, with pipes for input and output and its errors discarded."""
        return self._git.start(args, errors=False)
