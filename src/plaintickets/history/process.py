"""Running git: one wrapper, an environment of our own, no shell, and no value where an option can stand."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What a user may set for one command and `git commit` would honour; every other GIT_* is dropped.
_KEPT = (
    *("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
    *(
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_KEY_",
        "GIT_CONFIG_VALUE_",
        "GIT_EXEC_PATH",
        "GIT_TRACE",
        "GIT_SSH",
        "GIT_ASKPASS",
    ),
)
_SETTINGS = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


class Outcome(NamedTuple):
    """How a git process ended."""

    code: int
    out: bytes
    err: str


class GitProcess:
    """Git for one work tree; every call is a process of its own."""

    def __init__(self, git_dir: str, top: str, environ: Mapping[str, str]) -> None:
        self.top = top
        self.inside_hook = "GIT_INDEX_FILE" in environ
        self._command = ["git", *_SETTINGS, f"--git-dir={git_dir}", f"--work-tree={top}"]
        self._environ = _environment(environ)
        self.child_started: list[int] = []

    @property
    def search_path(self) -> str:
        """The PATH that git runs with."""
        return self._environ.get("PATH", "")

    def run(self, *arguments: str, stdin: bytes | None = None, reading: bool = True) -> Outcome:
        """The outcome of one git command; raises GitRefusedError only where git itself is missing."""
        with self.start(arguments, reading=reading, piped=stdin is not None) as process:
            self.child_started.append(process.pid)
            out, err = process.communicate(stdin)
        return Outcome(process.returncode, out, err.decode(errors="replace"))

    def start(
        self, arguments: Sequence[str], *, reading: bool = True, piped: bool = True, errors: bool = True
    ) -> subprocess.Popen[bytes]:
        """A running git command with its output, its input if `piped` and its `errors` on pipes."""
        environ = {**self._environ, "GIT_OPTIONAL_LOCKS": "0"} if reading else self._environ
        if arguments[0] == "check-ignore":  # the one command that refuses literal pathspecs
            environ = {**environ, "GIT_LITERAL_PATHSPECS": "0"}
        source = subprocess.PIPE if piped else subprocess.DEVNULL
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(
                [*self._command, *arguments],
                cwd=self.top,
                env=environ,
                stdin=source,
                stdout=pipe,
                stderr=pipe if errors else subprocess.DEVNULL,
            )
        except FileNotFoundError:
            raise GitRefusedError("git is not installed", hint="install git, or use --no-commit.") from None

    def read(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """The output of a reading command; raises GitRefusedError with git's words if it fails."""
        outcome = self.run(*arguments, stdin=stdin)
        if outcome.code != 0:
            raise GitRefusedError(f"git {arguments[0]} failed: {outcome.err.strip() or outcome.code}")
        return outcome.out


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    kept.update(LC_ALL="C", GIT_LITERAL_PATHSPECS="1", GIT_TERMINAL_PROMPT="0")
    kept.pop("LANGUAGE", None)
    return kept


def head_state(git_dir: str) -> str:
    """The branch that HEAD is on (`refs/heads/main`), or an empty string where it is detached."""
    try:
        with open(os.path.join(git_dir, "HEAD"), encoding="utf-8", errors="surrogateescape") as file:
            line = file.readline().strip()
    except OSError as error:
        raise GitRefusedError(f"HEAD cannot be read: {error.strerror}") from None
    return line[5:] if line.startswith("ref: ") else ""


UNDER_WAY = {
    "rebase-merge": ("a rebase", "git rebase --continue"),
    "rebase-apply": ("a rebase", "git rebase --continue"),
    "MERGE_HEAD": ("a merge", "git merge --continue"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue"),
    "REVERT_HEAD": ("a revert", "git revert --continue"),
    "BISECT_LOG": ("a bisection", "git bisect reset"),
}


def refuse_under_way(git_dir: str) -> None:
    """Raises GitRefusedError while a merge, rebase, cherry-pick, revert or bisection is under way."""
    for name, (what, way_on) in UNDER_WAY.items():
        if os.path.lexists(os.path.join(git_dir, name)):
            raise GitRefusedError(
                f"{what} is under way, so nothing was changed",
                hint=f"finish it first (`{way_on}`), or write without committing: --no-commit.",
            )
