"""A part of this program in a process of its own, which uses a second processor."""

from __future__ import annotations

import gc
import os
import signal
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Worker:
    """A running process: `ask` is what it reads, `answer` what it writes. It ends when `ask` is closed."""

    def __init__(self, pid: int, ask: IO[bytes], answer: IO[bytes]) -> None:
        self._pid = pid
        self.ask = ask
        self.answer = answer

    def kill(self) -> None:
        """End the process at once."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self.answer.close()
        try:
            self.ask.close()
        except OSError:  # what it has not read
            return


def start_worker(work: Callable[[IO[bytes], IO[bytes]], None]) -> Worker | None:
    """Start a process that runs `work` with what it reads and where it answers.

    Return None if the system cannot copy a process, or has one processor only. The process must not start threads.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return None
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(asked)
        os.close(answer)
        return Worker(pid, open(ask, "wb"), open(answered, "rb"))
    code = 1
    try:
        os.close(ask)
        os.close(answered)
        gc.disable()  # looking through what is shared would copy it
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends this process
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        with open(asked, "rb") as questions, open(answer, "wb") as answers:
            work(questions, answers)
        code = 0
    finally:
        os._exit(code)  # without what the caller does at its end
