"""Running tk under watch: what it costs, what it prints on a terminal, what it runs and what it touches."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prefork.start import quick
from soak.ground import Ground, command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 2.0
BYTES = 256 << 20
PATIENCE_SECONDS = 60
_RAW = frozenset({*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)})
_TURNING = frozenset({0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF})
# Programs that nothing in a repository may have run; `touch` is what most hostile texts ask for.
CAGED = (
    "touch", "less", "more", "vi", "vim", "nano", "emacs", "ed", "xdg-open", "open", "gpg", "ssh", "curl", "wget", "nc",
    "perl", "calc", "tk-pwned", "ticket-pwned", "x", "rm",
)  # fmt: skip


class Ended(NamedTuple):
    """How a watched run ended: CPU seconds and the largest resident size in bytes, of it and what it ran."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    size: int


@dataclass(slots=True)
class Watch:
    """A ground whose programs are caged and whose surroundings are remembered."""

    ground: Ground
    cage: Path = field(init=False)
    before: dict[str, tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        base = self.ground.base
        self.cage = base / "cage"
        self.cage.mkdir()
        (base / "tmp").mkdir()
        for name in CAGED:
            (self.cage / name).write_text(f'#!/bin/sh\necho "$0 $*" >> "{base}/caged.log"\n')
            (self.cage / name).chmod(0o755)
        self.ground.environment["PATH"] = f"{self.cage}{os.pathsep}{self.ground.environment['PATH']}"
        self.ground.environment["TMPDIR"] = str(base / "tmp")
        self.before = self._around()

    def run(self, *args: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ended:
        """Runs tk with its output through pipes."""
        with (
            tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            tempfile.TemporaryFile() as usage,
        ):
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(
                [*_measured(usage.fileno()), *args],
                cwd=self.ground.repo,
                env={**self.ground.environment, **(env or {})},
                stdin=given,
                stdout=out,
                stderr=err,
                start_new_session=True,
                pass_fds=(usage.fileno(),),
            )
            process.returncode = _wait(process.pid)
            code, seconds, size = _usage(usage.fileno())
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read(), err.read(), seconds, size)

    def on_terminal(self, *args: str | bytes, env: Mapping[str, str] | None = None) -> Ended:
        """Runs tk on a terminal, with colours switched off, so that no escape may come; all output is in `out`."""
        with tempfile.TemporaryFile() as usage:
            os.set_inheritable(usage.fileno(), True)
            return self._on_terminal(usage.fileno(), args, env or {})

    def _on_terminal(self, usage: int, args: tuple[str | bytes, ...], env: Mapping[str, str]) -> Ended:
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.ground.repo)
            mine = {"NO_COLOR": "1", "PAGER": "", "TERM": "xterm", "COLUMNS": "100", "GIT_EDITOR": "true"}
            os.execvpe(sys.executable, [*_measured(usage), *args], {**self.ground.environment, **mine, **env})
        os.write(terminal, b"\x04" * 8)  # to whatever is asked: the end of the input
        shown = bytearray()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and select.select([terminal], [], [], PATIENCE_SECONDS)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            shown += piece
        _wait(pid)
        os.close(terminal)
        code, seconds, size = _usage(usage)
        return Ended(code, bytes(shown), b"", seconds, size)

    def faults(self, ended: Ended, what: str, *, terminal: bool = False) -> list[str]:
        """What a run did that no content may make it do."""
        found = []
        said = ended.out + ended.err
        if ended.code == 70 or ended.code < 0 or b"Traceback (most" in said:
            found.append(f"{what}: exit {ended.code}: {said[-300:].decode(errors='replace')}")
        if ended.seconds > SECONDS:
            found.append(f"{what}: {ended.seconds:.1f} s")
        if ended.size > BYTES:
            found.append(f"{what}: {ended.size >> 20} MiB")
        if terminal:
            raw = {ord(sign) for sign in ended.out.decode(errors="replace")} & (_RAW | _TURNING)
            if raw:
                found.append(f"{what}: raw U+{min(raw):04X} on a terminal")
        return found + self.strays(what)

    def strays(self, what: str) -> list[str]:
        """Programs that were run and files that were touched outside the store; they are said once."""
        found = []
        log = self.ground.base / "caged.log"
        if log.exists():
            found += [f"{what}: ran {line}" for line in log.read_text(errors="replace").splitlines()]
            log.unlink()
        now = self._around()
        changed = sorted(name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name))
        found += [f"{what}: touched {name}" for name in changed]
        self.before = now
        return found

    def _around(self) -> dict[str, tuple[int, int]]:
        """Every file outside the store and git's own data, with its size and time of change."""
        found: dict[str, tuple[int, int]] = {}
        for folder, folders, names in os.walk(self.ground.base):
            if folder == str(self.ground.repo):
                folders[:] = [name for name in folders if name not in (".git", ".tickets")]
                names = [*names, ".git/config"]  # noqa: PLW2901 - one of git's files counts
            if folder == str(self.ground.base / "home" / ".cache"):  # the index of a store outside git is there
                folders[:] = [name for name in folders if name != "plaintickets"]
            for name in names:
                path = os.path.join(folder, name)
                if name != "caged.log" and os.path.lexists(path):
                    state = os.lstat(path)
                    found[os.path.relpath(path, self.ground.base)] = (state.st_size, state.st_mtime_ns)
        return found


# The kernel charges a process the peak size of the one that forked it, and a test process grows to
# hundreds of MiB. So tk is started and measured by a Python that has loaded nothing else.
_MEASURE = """
import json, os, sys
child = os.fork()
if child == 0:
    os.closerange(3, int(sys.argv[1]) + 1)
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(child, 0)
row = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]
os.write(int(sys.argv[1]), json.dumps(row).encode())
"""


def _measured(usage: int) -> list[str]:
    """Return the command that runs tk and writes its code, CPU seconds and peak bytes to a descriptor."""
    return [sys.executable, "-E", "-S", "-c", _MEASURE, str(usage), *command()]


def _usage(descriptor: int) -> tuple[int, float, int]:
    """Read what `_measured` wrote; a run that was killed for want of patience has used all of it."""
    written = os.pread(descriptor, 1000, 0)
    if not written:
        return -signal.SIGKILL, PATIENCE_SECONDS, 0
    code, seconds, size = json.loads(written)
    return code, seconds, size


def _wait(pid: int) -> int:
    """Wait for a process that leads a session of its own; kill the session if it does not end. Return its exit code."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = 0.001
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            deadline += PATIENCE_SECONDS
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


@cache
def exists(name: str) -> bool:
    """Whether the tk at hand has a command."""
    done = subprocess.run(
        [*map(quick, command()), name, "--help"], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0
