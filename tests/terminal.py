"""The command on a terminal of its own, as a person runs it."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import time
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import TYPE_CHECKING, NamedTuple

from prefork.start import quick

if TYPE_CHECKING:
    from pathlib import Path

    from store_files import Tk

PATIENCE_SECONDS = 60


class Shown(NamedTuple):
    """What stood on the terminal in the end, with LF line ends, and the exit code."""

    text: str
    code: int


def on_terminal(tk: Tk, *words: str, keys: str = "", env: dict[str, str] | None = None, columns: int = 80) -> Shown:
    """Runs the command with stdin, stdout and stderr on a terminal that is `columns` wide; `keys` are typed ahead."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**tk.environment, "TERM": "xterm-256color", **(env or {})}
    process = subprocess.Popen(
        [quick(tk.command), *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tk.folder,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        os.write(ours, keys.encode())
        shown = _read(ours, process)
        return Shown(shown.decode(errors="replace").replace("\r\n", "\n"), process.wait(PATIENCE_SECONDS))
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int, process: subprocess.Popen[bytes]) -> bytes:
    shown = b""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ready = select.select([terminal], [], [], 0.1)[0]
        if not ready and process.poll() is not None:
            break
        try:
            shown += os.read(terminal, 65536) if ready else b""
        except OSError:  # the other side is closed
            break
    return shown


def editor(folder: Path, *scripts: str) -> dict[str, str]:
    """The environment with an editor that runs one shell script after another on "$1", the last one ever after."""
    for number, script in enumerate(scripts, 1):
        (folder / f"edit-{number}").write_text(script, encoding="utf-8")
    path = folder / "editor"
    path.write_text(
        "#!/bin/sh\n"
        f"cd '{folder}' && n=$(($(cat count 2>/dev/null || echo 0) + 1)) && echo $n > count\n"
        f'[ -e edit-$n ] || n={len(scripts)}\ncp "$1" seen-$n\n. ./edit-$n\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
    return {"GIT_EDITOR": str(path)}
