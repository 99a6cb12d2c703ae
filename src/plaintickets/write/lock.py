"""The writer lock: one writer at a time in all work trees of a clone."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.system import files, locks

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

WAIT_SECONDS = 10.0
# The longest waiting time, even if the lock goes from one process to the next.
LONGEST_WAIT_SECONDS = 60.0


class WriterLock:
    """An advisory lock on a file (or, outside git, on the store's folder) that ends with its process."""

    def __init__(self, path: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._path = path
        self._wait_seconds = wait_seconds
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Take the lock.

        Raises GitRefusedError if one process holds it for the whole waiting time.
        """
        is_folder = os.path.isdir(self._path)
        try:
            self._descriptor = locks.open_to_lock(self._path)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            self._take()
        except BaseException:
            self.release()
            raise
        if not is_folder:
            # Show waiting processes that the lock moves on; a full disk does not matter here.
            with contextlib.suppress(OSError):
                files.write_at(self._descriptor, b"%-20d\n" % os.getpid(), 0)
        return self

    def _take(self) -> None:
        start = last = time.monotonic()
        holder = self._holder()
        pause = 0.002
        while True:
            try:
                if locks.try_lock(self._descriptor):
                    return
            except OSError as error:
                raise self._unusable(error) from None
            now = time.monotonic()
            if now > last + self._wait_seconds:
                current = self._holder()
                if current == holder or now > start + LONGEST_WAIT_SECONDS:
                    raise GitRefusedError(
                        f"another tk command (process {current[0] or 'unknown'}) is still writing; nothing was changed",
                        hint="try again in a moment.",
                    )
                holder, last = current, now
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    def _holder(self) -> tuple[str, int]:
        """Return the process that holds the lock, and the time when it took it."""
        try:
            text = files.read_at(self._descriptor, 20, 0).decode(errors="replace").strip()
            return (text if text.isdigit() else "", os.fstat(self._descriptor).st_mtime_ns)
        except OSError:
            return "", 0

    def _unusable(self, error: OSError) -> GitRefusedError:
        return GitRefusedError(
            f"cannot lock {self._path}: {error.strerror}; nothing was changed",
            hint="fix its permissions or free some space, then run the command again.",
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            # An error does not matter: the lock is released anyway.
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
