"""The standard streams, which Windows writes in a code page and with other line ends."""

from __future__ import annotations

import os
from typing import Any

from plaintickets.system import WINDOWS


def prepare(stream: Any) -> None:
    """Let an output stream write any text; use UTF-8 with plain line ends if its encoding cannot."""
    if WINDOWS:
        stream.reconfigure(encoding="utf-8", newline="\n", errors="backslashreplace")
    else:
        stream.reconfigure(errors="backslashreplace")


def without_input() -> None:
    """Let standard input be empty, so that nothing waits for the keyboard."""
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)


def discard(stream: Any) -> None:
    """Discard further output of a stream that nobody reads, or that a full disk refuses."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def claim() -> tuple[int, int]:
    """Return descriptors of standard input and output that no child gets; all else reads nothing and writes to stderr.

    So what a hook or a library prints does not come between the messages of a protocol.
    """
    source, sink = os.dup(0), os.dup(1)
    without_input()
    try:
        os.dup2(2, 1)
    except OSError:  # started without standard error
        os.dup2(0, 1)
    return source, sink
