"""Hold back signals that ask the program to end, while files and git must stay consistent."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from plaintickets.system.processes import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Interruption:
    """A record of signals that ask the program to end; `raise_late` does what they ask for."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._before: dict[int, Any] = {}
        self._received = 0

    def hold(self) -> None:
        """Start holding signals back; do nothing outside the main thread."""
        for number in ENDING:
            if signal.getsignal(number) == signal.SIG_IGN:
                continue
            try:
                self._before[number] = signal.signal(number, self._note)
            except ValueError:
                return

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._received = number
        self._tell()

    def release(self) -> None:
        """Restore the former signal handlers."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def raise_late(self) -> None:
        """End the program as the received signal would have; do nothing if none was received."""
        number, self._received = self._received, 0
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        if number:
            signal.raise_signal(number)
