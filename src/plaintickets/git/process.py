"""Running git: one wrapper, an environment of our own, no shell, and no value where an option can stand."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple, cast

from plaintickets.errors import GitRefusedError
from plaintickets.git.special_files import refuse_special_files
from plaintickets.system.files import may_be_anothers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from git.cmd import Git

# What a user may set for one command and `git commit` would honour; every other GIT_* is dropped.
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
    # Settings of a repository that would have a reading command run a program.
    *("-c", "core.fsmonitor=false", "-c", "log.showSignature=false"),
)


# How long a git that was asked to end has to take its locks away.
_GRACE_SECONDS = 5


class Outcome(NamedTuple):
    """How a git process ended."""

    code: int
    out: bytes
    err: str


class GitProcess:
    """Git for one work tree; every call is a process of its own."""

    def __init__(self, git_dir: str, top: str, environ: Mapping[str, str], store: str = "") -> None:
        self.git_dir = git_dir
        self.top = top
        self._unlooked: str | None = store
        self.inside_hook = "GIT_INDEX_FILE" in environ
        self._command = ["git", *_SETTINGS, f"--git-dir={git_dir}", f"--work-tree={top}"]
        plain = _environment(environ)
        self._environments = {False: plain, True: {**plain, "GIT_LITERAL_PATHSPECS": "1"}}
        self.stopped = False
        self.on_start: Callable[[int], None] | None = None
        self._running: subprocess.Popen[bytes] | None = None
        if any(may_be_anothers(folder) for folder in (top, git_dir)):
            self._refuse_strangers_repository()

    @property
    def search_path(self) -> str:
        """The PATH that git runs with."""
        return self._environments[True].get("PATH", "")

    def is_file(self, path: str) -> bool:
        """Whether there is a regular file at a path of the work tree."""
        place = os.path.join(self.top, path)
        return os.path.isfile(place) and not os.path.islink(place)

    def elsewhere(self, git_dir: str, top: str) -> GitProcess:
        """Git for another work tree, in the same environment."""
        other = GitProcess(git_dir, top, self._environments[False])
        other.inside_hook = self.inside_hook
        return other

    def with_variables(self, variables: Mapping[str, str]) -> GitProcess:
        """Git for the same work tree with more in its environment, such as an index of its own."""
        from copy import copy

        other = copy(self)
        other._environments = {literal: {**known, **variables} for literal, known in self._environments.items()}  # noqa: SLF001
        return other

    def run(self, *arguments: str, stdin: bytes | None = None, literal: bool = True) -> Outcome:
        """The outcome of one git command that reads; raises GitRefusedError only where git cannot be run."""
        with self.start(arguments, piped=stdin is not None, literal=literal) as process:
            out, err = process.communicate(stdin)
        return Outcome(process.returncode, out, err.decode(errors="replace"))

    def start(
        self, arguments: Sequence[str], *, piped: bool = True, errors: bool = True, literal: bool = True
    ) -> subprocess.Popen[bytes]:
        """A running git command that reads, with its output, its input if `piped` and its `errors` on pipes."""
        source = subprocess.PIPE if piped else subprocess.DEVNULL
        # `check-ignore` is the one command that refuses literal pathspecs.
        environ = {**self._environments[literal and arguments[0] != "check-ignore"], "GIT_OPTIONAL_LOCKS": "0"}
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
        """Run one git command that writes and return its outcome; `on_start` gets its process id before its input.

        The command ends when git ends: a program that a hook leaves running is not waited for.
        Without `literal` hooks may use patterns, and paths need `:(literal)` before them. After
        so many `seconds` git is asked to end.

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
        """Start a git command that writes, by GitPython, with its outputs, and its input if `piped`, on pipes."""
        self._refuse_to_wait()
        runner, not_found = _gitpython(self.top)
        try:
            started = runner.execute(
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
        # GitPython's wrapper ends the process when it is collected; this program waits for git itself.
        process = cast("subprocess.Popen[bytes]", started.proc)
        started.proc = None
        return process

    def interrupt(self) -> None:
        """Asks the writing git command, if one runs, to end; it then takes its locks away."""
        self.stopped = True
        process = self._running
        if process:
            process.terminate()

    def read(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return the output of a reading command; raise GitRefusedError with git's words if it fails."""
        return _output(self.run(*arguments, stdin=stdin), arguments)

    def must_write(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return the output of a writing command; raise GitRefusedError with git's words if it fails."""
        return _output(self.write(*arguments, stdin=stdin), arguments)

    def _refuse_to_wait(self) -> None:
        """Look once, before the first git command, for files that git would wait for; raise GitRefusedError."""
        if self._unlooked is not None:
            refuse_special_files(self.top, self._unlooked)
            self._unlooked = None

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

    def _refuse_strangers_repository(self) -> None:
        """Lets git judge a repository of another user: it is not asked where its folder is given by name."""
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


def _gitpython(top: str) -> tuple[Git, type[Exception]]:
    """Return GitPython's runner for a work tree, and what it raises where there is no git.

    Importing it costs more than the rest of a small command, so only what writes imports it.
    """
    try:
        from git.cmd import Git
        from git.exc import GitCommandNotFound
    except ImportError as error:
        raise GitRefusedError(
            f"GitPython, which runs git for what is committed, cannot be imported: {error}",
            hint="install plaintickets with its dependencies: pip install plaintickets",
        ) from None
    return Git(top), GitCommandNotFound


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask git to end, so that it takes its locks away; kill it if it does not."""
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
