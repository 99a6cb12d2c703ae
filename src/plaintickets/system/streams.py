"""The standard streams, which Windows writes in a code page and with other ends of lines."""

from __future__ import annotations

import os
from typing import Any

from plaintickets.system import WINDOWS


def prepare(stream: Any) -> None:
    """Have an output stream write whatever it is given; as UTF-8 with plain ends of lines where it would not."""
    if WINDOWS:
        stream.reconfigure(encoding="utf-8", newline="\n", errors="backslashreplace")
    else:
        stream.reconfigure(errors="backslashreplace")


def discard(stream: Any) -> None:
    """Have a stream that nobody reads, or that a full disk refuses, take everything and keep nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
