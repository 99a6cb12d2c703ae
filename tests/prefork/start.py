"""Starts the servers that fork loaded Pythons, so that a test's run of `tk` does not wait for Python and its imports.

There are two, and runs take turns: each has its own seed for the order of sets, as two processes would have.
A third loads the libraries of `tk mcp` once that is run.
Without a C compiler or pidfd (so, on Linux only), and with TK_COMMAND or TK_PREFORK=no, the command itself is run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent
_LONGEST = 100  # of a socket's path, in bytes, is 107
_FOLDERS: dict[str, Path] = {}  # by the path of a command that no server runs for as yet: where it is to work
_CLIENTS: dict[str, str] = {}  # by the path of the command
_RUNNING = ExitStack()


def quick(command: str) -> str:
    """Return the path of a program that does what a command does, in less time; else the command's own path."""
    folder = _FOLDERS.pop(command, None)
    if folder is not None:
        _start(command, folder)
    return _CLIENTS.get(command, command)


@contextmanager
def serving(command: str, folder: Path) -> Iterator[None]:
    """Have `quick` know the command: when it is first asked for, servers start, with their sockets in the folder."""
    is_able = shutil.which("cc") is not None and hasattr(os, "pidfd_open") and len(str(folder)) < _LONGEST
    if is_able and os.environ.get("TK_PREFORK") != "no" and not os.environ.get("TK_COMMAND"):
        _FOLDERS[command] = folder
    with _RUNNING:
        yield
    _CLIENTS.clear()
    _FOLDERS.clear()


def _start(command: str, folder: Path) -> None:
    client, sockets = folder / "tk", folder / "s"
    names = [f'-DCOMMAND="{command}"', f'-DSOCKET="{sockets}"']
    subprocess.run(["cc", "-O1", *names, str(_HERE / "client.c"), "-o", str(client)], check=True)
    servers = [_RUNNING.enter_context(_server(command, f"{sockets}{end}")) for end in ("0", "1", "mcp")]
    assert servers[0].stdout is not None
    assert servers[0].stdout.readline() == b"ready\n"
    _CLIENTS[command] = str(client)


@contextmanager
def _server(command: str, path: str) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [sys.executable, str(_HERE / "server.py"), command, path, *(["mcp"] if path.endswith("mcp") else [])]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        yield server
