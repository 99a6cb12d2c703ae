"""One writer at a time, in all work trees of a clone."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

WAIT_SECONDS = 10.0


class WriterLock:
    """An advisory lock on a file (or, outside git, on the store's folder) that dies with its process."""

    def __init__(self, path: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._path = path
        self._wait_seconds = wait_seconds
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Takes the lock; raises GitRefusedError when it stays taken for the time to wait."""
        flags = os.O_RDONLY if os.path.isdir(self._path) else os.O_RDWR | os.O_CREAT
        try:
            self._descriptor = os.open(self._path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise GitRefusedError(f"cannot lock {self._path}: {error.strerror}; nothing was changed") from None
        deadline = time.monotonic() + self._wait_seconds
        pause = 0.002
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
                    self.release()
                    raise GitRefusedError(f"cannot lock {self._path}: {error.strerror}; nothing was changed") from None
                if time.monotonic() > deadline:
                    self.release()
                    raise GitRefusedError(
                        "another tk command is still writing; nothing was changed", hint="try again in a moment."
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.05)
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Gives the lock back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
