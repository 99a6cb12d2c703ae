"""A fresh repository with tickets for one promise, and a way to run the tool under test in it."""

from __future__ import annotations

import os
import pty
import resource
import select
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PATIENCE_SECONDS = 60
FRONT = (
    "id: {id}\nstatus: {status}\ndeps: [{deps}]\nlinks: []\ncreated: 2026-01-02T03:04:05Z\ntype: task\npriority: 2\n"
)
SETTINGS = (
    "[user]\n\tname = Ada Lovelace\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
)


class BrokenPromiseError(Exception):
    """What a tool did that it must not do."""


class NotHereError(Exception):
    """Why a promise cannot be tried on this machine."""


class Tool(NamedTuple):
    """A command under test: its name in the table, its words, and folders to put on PATH for it."""

    name: str
    command: tuple[str, ...]
    path: tuple[str, ...] = ()


class Ended(NamedTuple):
    """How a run ended; the code is -1 where it had to be stopped."""

    code: int
    out: bytes
    err: bytes

    @property
    def all(self) -> str:
        """Everything that was printed."""
        return (self.out + self.err).decode(errors="replace")


def must(holds: object, otherwise: str) -> None:
    """Raises BrokenPromiseError with what happened otherwise."""
    if not holds:
        raise BrokenPromiseError(otherwise)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a home, a repository, and the store `.tickets` in it."""

    base: Path
    tool: Tool

    @classmethod
    def make(cls, base: Path, tool: Tool) -> Place:
        """A repository with one commit and an empty store."""
        place = cls(base, tool)
        place.store.mkdir(parents=True)
        (base / "home").mkdir()
        (base / "home" / ".gitconfig").write_text(SETTINGS)
        (place.repo / "work.txt").write_text("one\n")
        place.git("init", "-q")
        place.git("add", "-A")
        place.git("commit", "-qm", "start")
        return place

    @property
    def repo(self) -> Path:
        """The work tree."""
        return self.base / "repo"

    @property
    def store(self) -> Path:
        """The folder of the tickets."""
        return self.repo / ".tickets"

    @property
    def environment(self) -> dict[str, str]:
        """What the tool and git see of the environment."""
        home = str(self.base / "home")
        path = os.pathsep.join((*self.tool.path, os.environ.get("PATH", os.defpath)))
        return {
            "PATH": path,
            "HOME": home,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": f"{home}/.gitconfig",
            "GIT_CONFIG_NOSYSTEM": "1",
            # Where files cannot grow, Python would leave compiled modules cut short in the installation.
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def git(self, *args: str) -> str:
        """Runs git, which must succeed, and gives its output."""
        done = subprocess.run(
            ["git", *args], cwd=self.repo, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def run(
        self, *args: str, stdin: bytes = b"", out: int = subprocess.PIPE, before: Callable[[], None] | None = None
    ) -> Ended:
        """Runs the tool; it is stopped, with all that it started, when it takes too long."""
        with self.start(*args, out=out, before=before) as process:
            try:
                printed, err = process.communicate(stdin, timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return Ended(-1, b"", b"")
        return Ended(process.returncode, printed or b"", err)

    def start(
        self, *args: str, out: int = subprocess.PIPE, before: Callable[[], None] | None = None
    ) -> subprocess.Popen[bytes]:
        """The tool, running in a process group of its own."""
        return subprocess.Popen(
            [*self.tool.command, *args],
            cwd=self.repo,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=before,  # noqa: PLW1509 - one thread only
        )

    def at_once(self, commands: Sequence[Sequence[str]]) -> list[int]:
        """Runs the tool many times at once; the exit codes."""
        started = [self.start(*args) for args in commands]
        codes = []
        for process in started:
            try:
                process.communicate(b"", timeout=6 * PATIENCE_SECONDS)
                codes.append(process.returncode)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                codes.append(-1)
        return codes

    def on_terminal(self, *args: str) -> bytes:
        """What the tool prints on a terminal, without colours and without a pager."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.repo)
            environ = {**self.environment, "TERM": "xterm", "NO_COLOR": "1", "PAGER": "", "COLUMNS": "120"}
            os.execvpe(self.tool.command[0], [*self.tool.command, *args], environ)
        shown = b""
        try:
            while select.select([terminal], [], [], PATIENCE_SECONDS)[0]:
                piece = os.read(terminal, 65536)
                if not piece:
                    break
                shown += piece
        except OSError:  # the other side is closed
            pass
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
        return shown

    def ticket(
        self,
        name: str = "aa-1",
        *,
        status: str = "open",
        deps: str = "",
        more: str = "",
        body: str = "# A ticket\n\nText.\n",
    ) -> Path:
        """Writes a ticket as every tool of this kind lays it out."""
        front = FRONT.format(id=name, status=status, deps=deps) + more
        return self.raw(f"{name}.md", f"---\n{front}---\n{body}".encode())

    def raw(self, name: str, content: bytes) -> Path:
        """Writes a file into the store."""
        path = self.store / name
        path.write_bytes(content)
        return path

    def front(self, name: str = "aa-1") -> list[str]:
        """The lines of a ticket's front matter."""
        text = (self.store / f"{name}.md").read_bytes().decode(errors="surrogateescape").replace("\r\n", "\n")
        head, _, rest = text.partition("\n")
        must(head == "---" and "\n---\n" in "\n" + rest, f"{name} has no front matter any more")
        return rest.partition("\n---\n")[0].split("\n") if not rest.startswith("---\n") else []

    def value(self, key: str, name: str = "aa-1") -> str:
        """The value of a key as it stands on its line, without quotes; it must be there once."""
        found = [line.partition(":")[2].strip() for line in self.front(name) if line.startswith(f"{key}:")]
        must(len(found) == 1, f"{name} has {len(found)} keys `{key}`")
        return found[0].strip("\"'")

    def tickets(self) -> list[str]:
        """The names of the files in the store that look like tickets."""
        return sorted(path.name for path in self.store.iterdir() if path.name.endswith(".md"))

    def listing(self) -> Ended:
        """What the tool lists, which must end in time."""
        listed = self.run("ls")
        must(listed.code != -1, "the listing does not end")
        return listed

    def must_list(self, *names: str) -> None:
        """Raises BrokenPromiseError unless each name stands in the listing."""
        listed = self.listing()
        for name in names:
            must(name.encode() in listed.out, f"{name} is not listed")


def small_files(limit: int) -> Callable[[], None]:
    """What makes every write beyond `limit` bytes of a file fail, in a process about to start."""

    def limit_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return limit_files
