"""The contents of attachments that stand inside an export, in a temporary file until they are copied."""

from __future__ import annotations

import binascii
import hashlib
import tempfile
from typing import IO, Any

from plaintickets.core.imported import RecordError
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.importers.fields import HELD, objects, plain

TOO_LARGE = "too-large"


class AttachmentContents:
    """Contents by their names, which are digests; of several equal ones, one is kept. Closing it is not needed."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def add(self, where: str, content: bytes) -> str:
        """Hold a content; return its name, TOO_LARGE for one that is not held.

        Raise RecordError, with the place in the source, if the disk has no room for it.
        """
        if len(content) > LARGEST_IMPORTED:
            return TOO_LARGE
        name = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if name not in self._places:
            try:
                self._file = self._file or tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 it lives as long as this
                self._file.seek(self._end)
                rest = memoryview(content)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError as error:
                raise RecordError(where, f"has an attachment that cannot be held: {error.strerror}") from None
            self._places[name] = self._end, len(content)
            self._end += len(content)
        return name

    def add_base64(self, where: str, name: str, text: str) -> str:
        """Hold a content that is written in base64; one that is too large is not decoded.

        Raise RecordError, with the place in the source, for a text that is no base64.
        """
        if len(text) > LARGEST_IMPORTED * 2:
            return TOO_LARGE
        packed = "".join(text.split())
        if len(packed) // 4 * 3 - 2 > LARGEST_IMPORTED:
            return TOO_LARGE
        try:
            return self.add(where, binascii.a2b_base64(packed, strict_mode=True))
        except ValueError:
            raise RecordError(where, f"the content of its attachment {name[:80]!r} is no base64") from None

    def content(self, name: str) -> bytes | None:
        """Return a content by its name, None for one that is not held."""
        place = self._places.get(name)
        if place is None or self._file is None:
            return None
        self._file.seek(place[0])
        parts: list[bytes] = []
        left = place[1]
        while left and (part := self._file.read(left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts) if not left else None

    def hold(self, where: str, rows: Any, name: str, key: str) -> None:
        """Take the contents out of a list of objects that describe attachments, by the names of their keys."""
        for row in objects(rows):
            text = row.pop(key, None)
            if isinstance(text, str) and text.strip():
                row[HELD] = self.add_base64(where, plain(row.get(name)), text)


def held_images(rows: Any, name: str) -> dict[str, str]:
    """Return the names of contents by the Content-ID of their attachments, by the name of its key."""
    found = {plain(row.get(name)).strip("<>"): plain(row.get(HELD)) for row in objects(rows)}
    return {key: held for key, held in found.items() if key and held}
