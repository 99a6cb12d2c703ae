"""Runs `tk` in forks of a Python that has it loaded: `server.py COMMAND SOCKET [mcp]`, until its standard input ends.

With `mcp` the libraries of `tk mcp` are loaded too, when the first client comes.

A fork gets from its client (client.c) what the command would get from whoever starts it: arguments, environment,
folder, streams, file mode mask. Variables that Python reads at its start, and that differ from those of this process,
make the fork start the command anew.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import os
import pkgutil
import select
import signal
import socket
import struct
import sys
from collections import Counter
from typing import NoReturn, cast

_READ_AT_START = ("COV", "GCONV_", "LANG", "LC_", "LD_", "MALLOC_", "PYTHON")
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # read at the start too, but a fork can obey it


def _read_at_start() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name.startswith(_READ_AT_START) and name != _NO_BYTECODE
    }


_STARTED_WITH = _read_at_start()


def serve(command: str, path: str, *, is_for_mcp: bool = False) -> None:
    """Fork for each connection. Return in the fork, which has become a run of the command; this process exits."""
    listening = socket.socket(socket.AF_UNIX)
    if is_for_mcp:
        _listen(listening, path)
        select.select([0, listening.fileno()], [], [])
        _load(("plaintickets.tui", "plaintickets.web"))
    else:
        _load(("plaintickets.mcp", "plaintickets.tui", "plaintickets.web"))
        _listen(listening, path)
    with contextlib.suppress(BrokenPipeError):  # the tests are over already
        os.write(1, b"ready\n")
    ready = select.epoll()
    ready.register(0, select.EPOLLIN)
    ready.register(listening, select.EPOLLIN)
    clients: dict[int, tuple[int, socket.socket]] = {}  # by the descriptor of the fork: its id, its client
    while True:
        happened = {descriptor for descriptor, _event in ready.poll()}
        if 0 in happened:
            os._exit(0)
        # First whose client was killed, then who ended, then who is new: a number that is closed is soon another's.
        for fork, client in clients.values():
            if client.fileno() in happened:
                ready.unregister(client)
                os.kill(fork, signal.SIGKILL)
        for descriptor in happened & clients.keys():
            fork, client = clients.pop(descriptor)
            _tell(client, os.waitpid(fork, 0)[1])
            os.close(descriptor)
            client.close()
        if listening.fileno() in happened:
            client = listening.accept()[0]
            fork = os.fork()
            if fork == 0:
                ready.close()
                for each in (listening, *(other for _, other in clients.values())):
                    each.close()
                _become(command, client)
                return
            opened = os.pidfd_open(fork)
            clients[opened] = fork, client
            ready.register(opened, select.EPOLLIN)
            ready.register(client, select.EPOLLRDHUP)
            _tell(client, fork)


def _listen(listening: socket.socket, path: str) -> None:
    listening.bind(path)
    listening.listen(64)


def _load(left_out: tuple[str, ...]) -> None:
    """Import all that most runs import. What it would register for its own end is left out, see `_leave` in tk.

    The other faces are left to the few runs that show them: their libraries double what each fork has to copy.
    """
    import plaintickets

    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    register = atexit.register
    atexit.register = lambda ending: ending  # type: ignore[assignment]
    for module in pkgutil.walk_packages(plaintickets.__path__, "plaintickets."):
        if not module.name.startswith(left_out):
            importlib.import_module(module.name)
    for name in ("frontmatter", "git.cmd", "git.exc", "markdown_it", "wcwidth"):
        importlib.import_module(name)
    atexit.register = register
    # An abstract class asks all its subclasses once what is none of them; click does so in every run.
    Counter(())
    Counter([])
    gc.collect()
    gc.freeze()


def _tell(client: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):
        client.sendall(struct.pack("i", number))


def _become(command: str, client: socket.socket) -> None:
    head, descriptors, _, _ = socket.recv_fds(client, 4, 4)
    text = b""
    while len(text) < struct.unpack("I", head)[0]:
        text += client.recv(1 << 20)
    client.close()
    folder, *streams = descriptors
    os.fchdir(folder)
    os.close(folder)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    mask, closed, count, *rest = text.split(b"\0")[:-1]
    for number in range(3):
        if int(closed) & 1 << number:
            os.close(number)
    os.umask(int(mask, 8))
    arguments = [os.fsdecode(word) for word in rest[: int(count)]]
    environment = dict(pair.split(b"=", 1) for pair in rest[int(count) :])
    os.environ.clear()
    os.environb.update(environment)
    sys.dont_write_bytecode = bool(os.environ.get(_NO_BYTECODE))
    if _read_at_start() != _STARTED_WITH:
        os.execv(command, [command, *arguments])  # noqa: S606 - the command under test
    sys.argv = [command, *arguments]
    for at, name in enumerate(("stdin", "stdout", "stderr")):
        opened = None if int(closed) & 1 << at else _opened(at)
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)


def _opened(number: int) -> io.TextIOWrapper:
    """Open a standard stream as Python does at its start."""
    before = cast("io.TextIOWrapper", (sys.stdin, sys.stdout, sys.stderr)[number])
    raw = io.FileIO(number, "w" if number else "r", closefd=False)
    raw.name = before.name
    stream = io.BufferedWriter(raw) if number else io.BufferedReader(raw)
    flushes = number == 2 or raw.isatty()
    return io.TextIOWrapper(stream, before.encoding, before.errors, "\n" if number else None, line_buffering=flushes)


def _run() -> NoReturn:
    from plaintickets.__main__ import main

    sys.exit(main())


if __name__ == "__main__":
    _command, _path, *_mcp = sys.argv[1:]
    sys.path[0] = os.path.dirname(_command)
    serve(_command, _path, is_for_mcp=bool(_mcp))
    _run()
