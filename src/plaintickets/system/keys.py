"""Single keys from a terminal, without the Enter key."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from plaintickets.system import WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ESCAPE = "\x1b"


@contextmanager
def single_keys() -> Iterator[Callable[[], str]]:
    """Give a function that returns the next key; what was typed ahead counts. Empty text is the end of the input.

    A key that sends several characters, an arrow for example, is a NUL, which is no answer.
    """
    if WINDOWS:
        msvcrt: Any = import_module("msvcrt")
        yield msvcrt.getwch
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSANOW)
        yield lambda: _key(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)


def _key(terminal: int) -> str:
    from select import select

    try:
        found = os.read(terminal, 1)
        if found == ESCAPE.encode() and select([terminal], [], [], 0.05)[0]:
            os.read(terminal, 16)
            return "\0"
    except OSError:
        return ""
    return found.decode("latin-1")
