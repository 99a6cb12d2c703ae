"""Write the input of a process and collect its outputs until it ends, even if its children still run."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from typing import IO, cast

from plaintickets.system import WINDOWS

_PIECE = 1 << 16
# The output of a hook is shown up to this size.
_MOST_BYTES = 1 << 20
# If a child keeps a pipe open, the end of a process gives no event; poll it at this interval.
_PAUSE_SECONDS = 0.02
# The time to wait for the last output of an ended process.
_REST_SECONDS = 1.0


def outputs_until_end(
    process: subprocess.Popen[bytes], stdin: bytes | None, seconds: float | None = None
) -> tuple[bytes, bytes]:
    """Return the standard output and error of a process, each cut at 1 MiB, once the process has ended.

    Input and outputs move at the same time, so no pipe can fill up. A program that the process
    started may hold the pipes open: it is not waited for.

    Raises TimeoutError if the process still runs after so many seconds.
    """
    collected: dict[IO[bytes], bytearray] = {pipe: bytearray() for pipe in (process.stdout, process.stderr) if pipe}
    deadline = None if seconds is None else time.monotonic() + seconds
    if WINDOWS:
        _move_by_threads(process, stdin, collected, deadline)
    else:
        _move_by_events(process, stdin, collected, deadline)
    out, err = (bytes(collected[pipe]) if pipe else b"" for pipe in (process.stdout, process.stderr))
    return out, err


def _move_by_events(
    process: subprocess.Popen[bytes],
    stdin: bytes | None,
    collected: dict[IO[bytes], bytearray],
    deadline: float | None,
) -> None:
    with selectors.DefaultSelector() as selector:
        for pipe in collected:
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ)
        if process.stdin:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE, memoryview(stdin or b""))
        while selector.get_map():
            ended = process.poll() is not None
            ready = selector.select(0 if ended else _PAUSE_SECONDS)
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    _feed(selector, process.stdin, key.data)
                else:
                    _collect(selector, cast(IO[bytes], key.fileobj), collected)
            if ended and not ready:
                break
            if deadline is not None and time.monotonic() > deadline and not ended:
                raise TimeoutError
    _wait(process, deadline)


def _move_by_threads(
    process: subprocess.Popen[bytes],
    stdin: bytes | None,
    collected: dict[IO[bytes], bytearray],
    deadline: float | None,
) -> None:
    """Do the same where no event tells that a pipe can be read."""
    from threading import Thread

    readers = [Thread(target=_read_to_end, args=(pipe, collected), daemon=True) for pipe in collected]
    for reader in readers:
        reader.start()
    if process.stdin:
        Thread(target=_write_and_close, args=(process.stdin, stdin or b""), daemon=True).start()
    _wait(process, deadline)
    end = time.monotonic() + _REST_SECONDS
    for reader in readers:
        reader.join(max(end - time.monotonic(), 0))


def _read_to_end(pipe: IO[bytes], collected: dict[IO[bytes], bytearray]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while piece := os.read(pipe.fileno(), _PIECE):
            collected[pipe] += piece[: max(_MOST_BYTES - len(collected[pipe]), 0)]


def _write_and_close(pipe: IO[bytes], content: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        pipe.write(content)
    with contextlib.suppress(OSError, ValueError):
        pipe.close()


def _wait(process: subprocess.Popen[bytes], deadline: float | None) -> None:
    try:
        process.wait(None if deadline is None else max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


def _feed(selector: selectors.BaseSelector, pipe: IO[bytes], rest: memoryview) -> None:
    """Write what the pipe takes; close it when all is written, or when nobody reads any more."""
    try:
        rest = rest[os.write(pipe.fileno(), rest[:_PIECE]) :] if rest else rest
    except BlockingIOError:
        return
    except BrokenPipeError:
        rest = rest[:0]
    if rest:
        selector.modify(pipe, selectors.EVENT_WRITE, rest)
        return
    selector.unregister(pipe)
    pipe.close()


def _collect(selector: selectors.BaseSelector, pipe: IO[bytes], collected: dict[IO[bytes], bytearray]) -> None:
    try:
        piece = os.read(pipe.fileno(), _PIECE)
    except BlockingIOError:
        return
    if not piece:
        selector.unregister(pipe)
        return
    collected[pipe] += piece[: max(_MOST_BYTES - len(collected[pipe]), 0)]
