"""Git for the readers of history: output or an error, and processes that stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

    from plaintickets.git.process import GitProcess


class Reader:
    """A `GitReader` that uses GitProcess."""

    def __init__(self, git: GitProcess, common_dir: str, progress: Callable[[int], None] = lambda _: None) -> None:
        self._git = git
        self.common_dir = common_dir
        self.progress = progress

    def run(self, args: list[str], stdin: bytes | None = None) -> bytes:
        """Return the output of a git command.

        Raises GitRefusedError.
        """
        outcome = self._git.run(*args, stdin=stdin)
        if outcome.code != 0:
            raise GitRefusedError(f"git {args[0]} failed: {outcome.err.strip() or outcome.code}")
        return outcome.out

    def popen(self, args: list[str]) -> Popen[bytes]:
        """Start a git command with pipes for input and output; its error text is discarded."""
        return self._git.start(args, errors=False)
