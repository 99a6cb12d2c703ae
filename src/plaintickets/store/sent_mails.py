"""What was sent to whom, in a file beside git's own: no derived state, because nothing else knows it.

Before a mail is sent, `begin` is written, afterwards `done` or `failed`. Of a `begin` alone nobody knows
whether it was sent.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from plaintickets.errors import RefusedError
from plaintickets.system.files import make_private_folder, open_to_read
from plaintickets.system.locks import open_to_lock, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

FOLDER = "plaintickets-sent"
_BEGIN, _DONE, _FAILED = "begin", "done", "failed"


class SentMails:
    """The record of a clone; as a context manager it is locked, so that two runs do not send the same."""

    def __init__(self, common_dir: str) -> None:
        self._path = os.path.join(common_dir, FOLDER, "sent.tsv")
        self._descriptor = -1
        self.done: set[str] = set()
        self.uncertain: set[str] = set()
        self.last = ""

    def __enter__(self) -> Self:
        """Lock and read the record.

        Raise RefusedError while another run sends.
        """
        make_private_folder(os.path.dirname(self._path))
        self._descriptor = open_to_lock(self._path)
        if not try_lock(self._descriptor):
            os.close(self._descriptor)
            raise RefusedError("another `tk notify --send` is running here", hint="wait until it has ended.")
        self.read()
        self._end_line()
        return self

    def __exit__(self, *details: object) -> None:
        os.close(self._descriptor)

    def read(self) -> None:
        """Read the record, if there is one."""
        with (
            contextlib.suppress(OSError),
            os.fdopen(open_to_read(self._path), encoding="utf-8", errors="replace") as file,
        ):
            for line in file:
                state, _, rest = line.rstrip("\n").partition("\t")
                keys = set(rest.split("\t"))
                if not line.endswith("\n"):
                    continue
                if state == "last":
                    self.last = rest
                elif state in (_BEGIN, _DONE, _FAILED):
                    self.uncertain = self.uncertain | keys if state == _BEGIN else self.uncertain - keys
                    self.done |= keys if state == _DONE else set()

    def begin(self, keys: Iterable[str]) -> None:
        """Record that a mail with these contents is about to be sent."""
        self._write(_BEGIN, keys)

    def end(self, keys: Iterable[str], *, is_sent: bool) -> None:
        """Record that the server took the mail, or that it certainly did not."""
        self._write(_DONE if is_sent else _FAILED, keys)

    def set_last(self, commit: str) -> None:
        """Record up to which commit everything was sent."""
        self._write("last", [commit])

    def _end_line(self) -> None:
        """End the line that a run left half written when it was killed, so that the next is not joined to it."""
        if os.lseek(self._descriptor, 0, os.SEEK_END):
            os.lseek(self._descriptor, -1, os.SEEK_END)
            if os.read(self._descriptor, 1) != b"\n":
                os.write(self._descriptor, b"\n")

    def _write(self, state: str, keys: Iterable[str]) -> None:
        os.lseek(self._descriptor, 0, os.SEEK_END)
        os.write(self._descriptor, "\t".join([state, *keys]).encode() + b"\n")
        os.fsync(self._descriptor)
