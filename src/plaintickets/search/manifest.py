"""The table of contents of the index: its parts, and which state of which ticket file stands where."""

from __future__ import annotations

import json
import sys
from array import array
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.search.schema import SCHEMA
from plaintickets.search.segment import DamagedError

if TYPE_CHECKING:
    from plaintickets.search.folder import Stamp

DIGEST = 16
UNSETTLED: Stamp = (0, 0, 0, 0)
_MAGIC = b"plaintickets search\n"
_STAMP = 4


class Part(NamedTuple):
    """One segment file: its name, how many tickets it holds, and its state and digest when it was written."""

    name: str
    tickets: int
    stamp: Stamp
    digest: str


class Manifest(NamedTuple):
    """The parts, and of all their tickets one after another the path, the state of the file and the digest.

    The path is empty where the ticket is superseded, the state UNSETTLED where the file may have
    changed again within the same tick of the clock. Three lists: as tuples they cost 10 ms more to read.
    """

    parts: list[Part]
    paths: list[str]
    stamps: list[Stamp]
    digests: list[bytes]

    def to_bytes(self) -> bytes:
        """The bytes of the file."""
        head = {"schema": SCHEMA, "order": sys.byteorder, "parts": self.parts, "tickets": len(self.paths)}
        stamps = array("q", chain.from_iterable(self.stamps))
        paths = "\n".join(self.paths).encode("utf-8", "surrogateescape")
        content = json.dumps(head).encode() + b"\n" + stamps.tobytes() + b"".join(self.digests) + paths
        return _MAGIC + blake2b(content, digest_size=DIGEST).digest() + content


def read_manifest(content: bytes) -> Manifest:
    """The manifest of the bytes; raises DamagedError, also for one of another schema."""
    start = len(_MAGIC) + DIGEST
    digest = blake2b(content[start:], digest_size=DIGEST).digest()
    if not content.startswith(_MAGIC) or digest != content[start - DIGEST : start]:
        raise DamagedError
    try:
        return _read(content, start)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise DamagedError from error


def _read(content: bytes, start: int) -> Manifest:
    end = content.index(b"\n", start)
    head = json.loads(content[start:end])
    if head["schema"] != SCHEMA or head["order"] != sys.byteorder:
        raise DamagedError
    count = int(head["tickets"])
    parts = [Part(str(name), int(held), tuple(stamp), str(digest)) for name, held, stamp, digest in head["parts"]]
    stamps: array[int] = array("q")
    at = end + 1
    stamps.frombytes(content[at : at + count * _STAMP * 8])
    at += count * _STAMP * 8
    digests, at = content[at : at + count * DIGEST], at + count * DIGEST
    paths = content[at:].decode("utf-8", "surrogateescape").split("\n") if count else []
    if len(paths) != count or len(digests) != count * DIGEST or sum(part.tickets for part in parts) != count:
        raise DamagedError
    if any("/" in part.name or part.name.startswith(".") for part in parts):
        raise DamagedError
    quads = zip(stamps[::_STAMP], stamps[1::_STAMP], stamps[2::_STAMP], stamps[3::_STAMP], strict=True)
    pieces = [digests[place : place + DIGEST] for place in range(0, count * DIGEST, DIGEST)]
    return Manifest(parts, paths, list(quads), pieces)
