"""Run git: one wrapper, a cleaned environment, no shell, and no value that git can take for an option."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple, cast

from plaintickets.errors import GitRefusedError
from plaintickets.git.special_files import refuse_special_files
from plaintickets.system.files import may_be_anothers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# GIT_* variables that are kept because `git commit` honours them; all others are removed.
_KEPT = (
    "GIT_ASKPASS",
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
    "GIT_EXEC_PATH",
    "GIT_SSH",
    "GIT_TRACE",
)
_SETTINGS = (
    *("-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false"),
    # Off: settings of a repository that make a reading command run a program.
    *("-c", "core.fsmonitor=false", "-c", "log.showSignature=false"),
)


# How long git has to remove its locks after it was asked to end.
_GRACE_SECONDS = 5


class Outcome(NamedTuple):
    """The result of a git process: exit code, output, and error text."""

    code: int
    out: bytes
    err: str


class GitProcess:
    """Git for one work tree; every call is a separate process."""

    def __init__(self, git_dir: str, top: str, environ: Mapping[str, str], store: str = "") -> None:
        self.git_dir = git_dir
        self.top = top
        self._unchecked_store: str | None = store
        self.inside_hook = "GIT_INDEX_FILE" in environ
        self._command = ["git", *_SETTINGS, f"--git-dir={git_dir}", f"--work-tree={top}"]
        plain = _environment(environ)
        self._environments = {False: plain, True: {**plain, "GIT_LITERAL_PATHSPECS": "1"}}
        self.stopped = False
        self.on_start: Callable[[int], None] | None = None
        self._running: subprocess.Popen[bytes] | None = None
        if any(may_be_anothers(folder) for folder in (top, git_dir)):
            self._refuse_foreign_repository()

    @property
    def search_path(self) -> str:
        """Return the PATH that git runs with."""
        return self._environments[True].get("PATH", "")

    def is_file(self, path: str) -> bool:
        """Return whether a regular file exists at a path of the work tree."""
        place = os.path.join(self.top, path)
        return os.path.isfile(place) and not os.path.islink(place)

    def elsewhere(self, git_dir: str, top: str) -> GitProcess:
        """Return a GitProcess for another work tree with the same environment."""
        other = GitProcess(git_dir, top, self._environments[False])
        other.inside_hook = self.inside_hook
        return other

    def with_variables(self, variables: Mapping[str, str]) -> GitProcess:
        """Return a GitProcess for the same work tree with more environment variables."""
        from copy import copy

        other = copy(self)
        other._environments = {literal: {**known, **variables} for literal, known in self._environments.items()}  # noqa: SLF001
        return other

    def run(self, *arguments: str, stdin: bytes | None = None, literal: bool = True) -> Outcome:
        """Run one git command that reads; return its outcome.

        Raises GitRefusedError if git cannot be run.
        """
        with self.start(arguments, piped=stdin is not None, literal=literal) as process:
            out, err = process.communicate(stdin)
        return Outcome(process.returncode, out, err.decode(errors="replace"))

    def start(
        self, arguments: Sequence[str], *, piped: bool = True, errors: bool = True, literal: bool = True
    ) -> subprocess.Popen[bytes]:
        """Start a git command that reads, with its output on a pipe; also its input if `piped`, and its `errors`.

        Raises GitRefusedError if git cannot be run.
        """
        source = subprocess.PIPE if piped else subprocess.DEVNULL
        # `check-ignore` is the one command that refuses literal pathspecs.
        environ = {**self._environments[literal and arguments[0] != "check-ignore"], "GIT_OPTIONAL_LOCKS": "0"}
        # Log, check-attr and check-ignore else flush after each record: 10,000 pieces to write and to read.
        environ["GIT_FLUSH"] = "0"
        return self._spawn(
            arguments, environ, source, subprocess.PIPE, subprocess.PIPE if errors else subprocess.DEVNULL
        )

    def write(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        literal: bool = True,
        seconds: float | None = None,
    ) -> Outcome:
        """Run one git command that writes and return its outcome.

        `on_start` gets the process id before git gets its input. The command ends when git ends, even if a hook left a
        program running. Without `literal` hooks may use patterns, and paths need `:(literal)` before them. After
        `seconds` git is asked to end.

        Raises GitRefusedError if git cannot be run.

        Raises TimeoutError if git was asked to end.
        """
        from plaintickets.system.outputs import outputs_until_end

        with self.start_writing(arguments, piped=stdin is not None, literal=literal) as process:
            try:
                self._running = process
                if self.on_start:
                    self.on_start(process.pid)
                out, err = outputs_until_end(process, stdin, seconds)
            except TimeoutError:
                _end(process)
                raise
            finally:
                self._running = None
        return Outcome(process.returncode, out, err.decode(errors="replace"))

    def start_writing(
        self, arguments: Sequence[str], *, piped: bool = True, literal: bool = True
    ) -> subprocess.Popen[bytes]:
        """Start a git command that writes, with GitPython, outputs on pipes, and its input too if `piped`.

        Raises GitRefusedError if git cannot be run.
        """
        self._refuse_to_wait()
        # Only writing commands import GitPython: its import costs as much as the rest of a small command.
        from plaintickets.git.gitpython import runner

        run_git, not_found = runner()
        try:
            started = run_git(self.top).execute(
                [*self._command, *arguments],
                istream=subprocess.PIPE if piped else None,
                as_process=True,
                shell=False,
                env=self._environments[literal],
            )
        except not_found:
            raise GitRefusedError("git is not installed", hint="install git, or use --no-commit.") from None
        except OSError as error:
            raise GitRefusedError(f"git cannot be run: {error.strerror}", hint="or use --no-commit.") from None
        # GitPython's wrapper kills the process when it is garbage-collected; this program waits for git itself.
        process = cast("subprocess.Popen[bytes]", started.proc)
        started.proc = None
        return process

    def interrupt(self) -> None:
        """Ask the running git command that writes to end; it then removes its locks."""
        self.stopped = True
        process = self._running
        if process:
            process.terminate()

    def read(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return the output of a reading command.

        Raises GitRefusedError with git's message if it fails.
        """
        return _output(self.run(*arguments, stdin=stdin), arguments)

    def must_write(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return the output of a writing command.

        Raises GitRefusedError with git's message if it fails.
        """
        return _output(self.write(*arguments, stdin=stdin), arguments)

    def _refuse_to_wait(self) -> None:
        """Check once, before the first git command, for files that would make git wait.

        Raises GitRefusedError.
        """
        if self._unchecked_store is not None:
            refuse_special_files(self.top, self._unchecked_store)
            self._unchecked_store = None

    def _spawn(
        self, arguments: Sequence[str], environ: Mapping[str, str], source: int, out: int, err: int
    ) -> subprocess.Popen[bytes]:
        command = [*self._command, *arguments]
        self._refuse_to_wait()
        try:
            return subprocess.Popen(command, cwd=self.top, env=environ, stdin=source, stdout=out, stderr=err)
        except FileNotFoundError:
            raise GitRefusedError("git is not installed", hint="install git, or use --no-commit.") from None
        except OSError as error:
            raise GitRefusedError(f"git cannot be run: {error.strerror}", hint="or use --no-commit.") from None

    def _refuse_foreign_repository(self) -> None:
        """Let git check a repository of another user, because git skips the check if its folder is given by name."""
        command = ["git", "-C", self.top, *_SETTINGS, "rev-parse", "--git-dir"]
        try:
            done = subprocess.run(
                command, env=self._environments[False], capture_output=True, stdin=subprocess.DEVNULL, check=False
            )
        except OSError as error:
            raise GitRefusedError(f"git cannot be run: {error.strerror}") from None
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise GitRefusedError(
                f"this repository belongs to another user, and git refuses it:\n{said}",
                hint="--no-commit writes without git; or do what git names, if you trust its hooks and settings.",
            )


def _output(outcome: Outcome, arguments: Sequence[str]) -> bytes:
    if outcome.code != 0:
        raise GitRefusedError(f"git {arguments[0]} failed: {outcome.err.strip() or outcome.code}")
    return outcome.out


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask git to end, so that it removes its locks; kill it after _GRACE_SECONDS."""
    process.terminate()
    try:
        process.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)}
    kept.update(LC_ALL="C", GIT_TERMINAL_PROMPT="0", GIT_REFLOG_ACTION="tk")
    kept.pop("LANGUAGE", None)
    return kept
