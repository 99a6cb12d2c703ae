"""Signals that ask the program to end, held back while files and git must stay in step."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from plaintickets.system.processes import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Interruption:
    """Note signals that ask the program to end while it is in force; `raise_late` then does what they ask for."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._before: dict[int, Any] = {}
        self._received = 0

    def hold(self) -> None:
        """Starts holding signals back; outside the main thread nothing can be held."""
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
        """Gives the signals back to whom they went before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def raise_late(self) -> None:
        """Ends the program as the signal that came would have; does nothing where none came."""
        number, self._received = self._received, 0
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        if number:
            signal.raise_signal(number)
