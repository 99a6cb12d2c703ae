"""Look up entries in the bytes of git's index without running git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 64 << 20
_STAGES = 0x3000
_HEADER_BYTES = 12


def surely_holds(git_dir: str, blobs: Mapping[str, str]) -> bool:
    """Return whether the index certainly holds these blobs by path, empty for no entry; False if uncertain.

    The layout is that of gitformat-index(5), versions 2 and 3: an entry ends in its blob id, two bytes of flags (four
    if extended), its path and NUL.
    """
    content = _content(os.path.join(git_dir, "index"))
    version = int.from_bytes(content[4:8], "big")
    # Version 4 compresses paths; the extension `link` means that the entries are in another file.
    if content[:4] != b"DIRC" or version not in (2, 3) or b"link" in content:
        return False
    return all(_holds(content, os.fsencode(path) + b"\0", bytes.fromhex(blob)) for path, blob in blobs.items())


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError:
        return b""
    return content if len(content) <= _LARGEST else b""


def _holds(content: bytes, name: bytes, blob: bytes) -> bool:
    place = content.find(name, _HEADER_BYTES)
    if not blob:
        return place < 0
    while place >= 0:
        for flags in (2, 4):
            start = place - flags - len(blob)
            if start > 0 and content[start : place - flags] == blob:
                stage = int.from_bytes(content[place - flags : place - flags + 2], "big") & _STAGES
                return stage == 0
        place = content.find(name, place + 1)
    return False
