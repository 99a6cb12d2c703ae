"""Runs `tk` in forks of a Python that has it loaded: `server.py COMMAND SOCKET [mcp]`, until its standard input ends.

It has run commands too, so that what each run of `tk` makes once, such as patterns, is there already. With `mcp` the
libraries of `tk mcp` are loaded too, when the first client comes, and nothing is run.

A fork gets from its client (client.c) what the command would get from whoever starts it: arguments, environment,
folder, streams, file mode mask, signals that are ignored. Variables that Python reads at its start, and that differ
from those of this process, make the fork start the command anew.
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
import subprocess
import sys
from typing import NoReturn, cast

_READ_AT_START = ("COV", "GCONV_", "LANG", "LC_", "LD_", "MALLOC_", "PYTHON")
COMMANDS = (
    ("init",),
    ("new", "Another title", "-t", "bug", "--tags", "one"),
    ("ls",),
    ("show", "pt-1", "--json"),
    ("set", "pt-1", "priority=1"),
    ("comment", "pt-1", "A text."),
    ("search", "title"),
    ("close", "pt-1"),
    ("log",),
    ("check",),
    ("report", "backlog"),
    ("ls", "--help"),
)
"""What is run before the first fork, in a repository with the ticket `pt-1`."""
TICKET = "---\nid: pt-1\nstatus: open\ndeps: []\nlinks: []\ncreated: 2026-01-02T03:04:05Z\ntype: task\n---\n# A title\n"
_PASSED_ON = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
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
        _run_commands(f"{path}.d")
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
    gc.collect()
    gc.freeze()


def _run_commands(folder: str) -> None:
    """Run commands in a new repository, and forget what our own functions remember of it."""
    from plaintickets.cli import main

    os.mkdir(folder)
    environment, streams, descriptors = dict(os.environ), (sys.stdin, sys.stdout, sys.stderr), [*map(os.dup, range(3))]
    names = {f"GIT_{role}_{part}": "ada" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    os.environ.update(names, HOME=folder, GIT_CONFIG_NOSYSTEM="1")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    register = atexit.register
    atexit.register = lambda ending: ending  # type: ignore[assignment]
    with contextlib.chdir(folder):
        subprocess.run(["git", "init", "--quiet", "--template="], check=True)
        os.mkdir(".tickets")
        with open(".tickets/pt-1.md", "w", encoding="utf-8") as file:
            file.write(TICKET)
        for words in COMMANDS:
            os.environ.update(names)  # `tk` takes them out
            sys.argv = ["tk", *words]
            with contextlib.suppress(SystemExit):
                main()
    atexit.register = register
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.close(nothing)
    sys.stdin, sys.stdout, sys.stderr = streams
    os.environ.clear()
    os.environ.update(environment)
    _forget()
    gc.enable()  # `tk report` has no use for it
    gc.collect()
    gc.freeze()


def _forget() -> None:
    for name, module in sys.modules.copy().items():
        if name.startswith("plaintickets"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


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
    mask, closed, ignored, count, *rest = text.split(b"\0")[:-1]
    for number in range(3):
        if int(closed) & 1 << number:
            os.close(number)
    os.umask(int(mask, 8))
    for at, number in enumerate(_PASSED_ON):
        usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, signal.SIG_IGN if int(ignored) & 1 << at else usual)
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
