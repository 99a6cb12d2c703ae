"""Read the messages of mailboxes one by one: a single mail, an mbox, a Maildir, a folder of `.eml` files."""

from __future__ import annotations

import os
import re
from typing import IO, TYPE_CHECKING, NamedTuple

from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20
_POSTMARK = re.compile(rb"From \S.*\d{1,2}:\d{2}.*")
_QUOTED_FROM = re.compile(rb">+From ")
EMPTY = "is empty"
_ENDINGS = (".eml", ".mbox", ".mbx", ".txt", ".msg")


class Message(NamedTuple):
    """The bytes of one message and where it is; without bytes, why it cannot be read."""

    where: str
    raw: bytes
    problem: str = ""


def messages(path: str, limit: int) -> Iterator[Message]:
    """Yield the messages of a file or folder; those above `limit` bytes without their bytes.

    Raise OSError where the file or folder itself cannot be read.
    """
    if not os.path.isdir(path):
        with os.fdopen(open_to_read(path, follow=True), "rb") as file:
            yield from messages_of(file, os.path.basename(path), limit)
        return
    for name in _names(path):
        try:
            with os.fdopen(open_to_read(os.path.join(path, name)), "rb") as file:
                yield from messages_of(file, name, limit)
        except OSError as error:
            yield Message(name, b"", f"cannot be read: {error.strerror or 'not a regular file'}")


def _names(folder: str) -> list[str]:
    """Return the files of a Maildir, the new ones last, or of a folder of mails."""
    if os.path.isdir(os.path.join(folder, "cur")) and os.path.isdir(os.path.join(folder, "new")):
        found = [f"{sub}/{name}" for sub in ("cur", "new") for name in os.listdir(os.path.join(folder, sub))]
        return sorted((one for one in found if not one.partition("/")[2].startswith(".")), key=_delivery)
    return sorted(name for name in os.listdir(folder) if name.lower().endswith(_ENDINGS) and name[0] != ".")


def _delivery(name: str) -> tuple[int, str]:
    """Return the time of delivery, with which the name of a file in a Maildir begins."""
    base = name.partition("/")[2]
    seconds = base.partition(".")[0]
    return (int(seconds) if seconds.isdigit() and len(seconds) < 18 else 0, base)


def messages_of(file: IO[bytes], name: str, limit: int) -> Iterator[Message]:
    """Yield the messages of an mbox, or the only one of a file that is none."""
    lines: list[bytes] = []
    number, size = 1, 0
    is_mbox, was_blank, is_line_start, has_begun = False, True, True, False
    while piece := file.readline(_PIECE):
        is_mark = is_line_start and piece.startswith(b"From ") and (not has_begun or (is_mbox and was_blank))
        if is_mark and (not has_begun or _POSTMARK.match(piece)):
            if size:
                yield _message(lines, size, limit, _where(name, number, is_mbox=True))
                number += 1
            lines, size, is_mbox = [], 0, True
        else:
            size += len(piece)
            if size <= limit:
                is_quoted = is_mbox and is_line_start and _QUOTED_FROM.match(piece)
                lines.append(piece[1:] if is_quoted else piece)
            else:
                lines = []
        was_blank = is_line_start and not piece.strip()
        is_line_start = piece.endswith(b"\n")
        has_begun = True
    if size or not has_begun:
        yield _message(lines, size, limit, _where(name, number, is_mbox=is_mbox))


def _where(name: str, number: int, *, is_mbox: bool) -> str:
    return f"{name}: message {number}" if is_mbox else name


def _message(lines: list[bytes], size: int, limit: int, where: str) -> Message:
    if size > limit:
        return Message(where, b"", f"is larger than {limit:,} bytes; `largest_mail` of `intake` allows more")
    raw = b"".join(lines)
    return Message(where, raw, "" if raw.strip() else EMPTY)
