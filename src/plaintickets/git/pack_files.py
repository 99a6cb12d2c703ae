"""Write packs and their indexes, in git's own format (gitformat-pack), for objects whose ids are known here already.

`git index-pack` would restore each object of such a pack from its deltas and hash it, to learn the same ids.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.incoming_objects import unwritten
from plaintickets.system.whole_files import put_bytes

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from plaintickets.git.process import GitProcess

TREE, DELTA = 2, 6
_SHA1 = 40
_START = 12
_INDEX_LEAD = b"\377tOc\0\0\0\2"


class _Row(NamedTuple):
    """An object of a pack: its id, the checksum of its bytes there, and where it starts."""

    name: bytes
    checksum: int
    offset: int


class PackFile:
    """A pack that grows in memory and becomes a file, with its index, by `write`."""

    def __init__(self, git: GitProcess, base: str) -> None:
        """Prepare a pack for a repository whose ids are as long as `base`."""
        self._git = git
        self._hash = hashlib.sha1 if len(base) == _SHA1 else hashlib.sha256
        self._folder = ""
        self._parts: list[bytes] = []
        self._rows: dict[bytes, _Row] = {}
        self.length = _START

    def __contains__(self, name: bytes) -> bool:
        """Tell whether the pack has an object."""
        return name in self._rows

    def add(self, name: bytes, kind: int, content: bytes, base: int = 0) -> int:
        """Add an object, or its delta of the one that starts at `base`; return where it starts."""
        lead = bytearray([kind << 4 | len(content) & 15])
        rest = len(content) >> 4
        while rest:
            lead[-1] |= 0x80
            lead.append(rest & 0x7F)
            rest >>= 7
        offset = self.length
        distance = _distance(offset - base) if kind == DELTA else b""
        part = bytes(lead) + distance + zlib.compress(content)
        self._rows[name] = _Row(name, zlib.crc32(part), offset)
        self._parts.append(part)
        self.length += len(part)
        return offset

    def write(self) -> None:
        """Write the pack, then its index, by which git finds it; begin an empty one.

        Raises GitRefusedError.
        """
        rows = sorted(self._rows.values())
        content = b"".join([b"PACK\0\0\0\2%b" % len(rows).to_bytes(4, "big"), *self._parts])
        digest = self._digest(content)
        self._parts.clear()
        self._rows.clear()
        self.length = _START
        if not rows:
            return
        index = _index(rows) + digest
        folder = self._packs()
        try:
            os.makedirs(folder, exist_ok=True)
            _put(folder, f"pack-{digest.hex()}.pack", content + digest)
            _put(folder, f"pack-{digest.hex()}.idx", index + self._digest(index))
        except OSError as error:
            raise unwritten(error) from None

    def new_hash(self, content: bytes) -> Hash:
        """Return the hash that this repository's ids are, of a first part of an object."""
        return self._hash(content, usedforsecurity=False)

    def _digest(self, content: bytes) -> bytes:
        return self.new_hash(content).digest()

    def _packs(self) -> str:
        """Return the folder of this repository's packs."""
        if not self._folder:
            found = self._git.read("rev-parse", "--git-path", "objects/pack").rstrip(b"\n")
            self._folder = os.path.join(self._git.top, os.fsdecode(found))
        return self._folder


def _index(rows: list[_Row]) -> bytes:
    """Return the index of sorted objects, version 2, up to the checksums at its end."""
    counts = [0] * 256
    for row in rows:
        counts[row.name[0]] += 1
    parts = [_INDEX_LEAD]
    parts += (count.to_bytes(4, "big") for count in accumulate(counts))
    parts += (row.name for row in rows)
    parts += (row.checksum.to_bytes(4, "big") for row in rows)
    parts += (row.offset.to_bytes(4, "big") for row in rows)
    return b"".join(parts)


def _put(folder: str, name: str, content: bytes) -> None:
    """Write a file for those who may read the folder; git removes by its name what a crash left.

    Raises OSError.
    """
    waiting = os.path.join(folder, f"tmp_pack_{os.urandom(6).hex()}")
    put_bytes(os.path.join(folder, name), content, waiting=waiting, mode=os.stat(folder).st_mode & 0o444)


def _distance(number: int) -> bytes:
    """Return how far back a delta's base is, as packs have it."""
    found = [number & 0x7F]
    while number := number >> 7:
        number -= 1
        found.append(0x80 | number & 0x7F)
    return bytes(reversed(found))
