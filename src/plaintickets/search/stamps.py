"""The stamps of the indexed files, so that unchanged tickets are not read again.

Losing them costs only time, because the index has a digest of each ticket.
"""

from __future__ import annotations

import json
import sys
from array import array
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.search.folder import FolderError
from plaintickets.search.schema import DIGEST
from plaintickets.search.storage import DamagedError, sealed, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plaintickets.search.folder import IndexFolder, Stamp

UNSETTLED: Stamp = (0, 0, 0, 0)  # the stamp of a file that may change again in the same clock tick
_STAMP = 4
_BITS = 64  # of a stored number, with its sign; inodes of file systems in user space, of overlays and of ReFS take more


class Known(NamedTuple):
    """The stamp of a file, and the digest of its indexed content."""

    stamp: Stamp
    digest: bytes

    def is_at(self, stamp: Stamp) -> bool:
        """Tell whether the file still has this stamp."""
        return self.stamp == stamp or self.stamp == tuple(map(_stored, stamp))


class State(NamedTuple):
    """The indexed files up to one generation of the index, with a note of the source.

    `paths`, one on each line, `stamps` and `digests` are in the same order.
    """

    generation: str = ""
    note: str = ""
    paths: str = ""
    stamps: bytes = b""
    digests: bytes = b""

    @classmethod
    def of(cls, generation: str, note: str, known: Mapping[str, Known]) -> State:
        """Return the state of these files."""
        stamps = _packed(one.stamp for one in known.values())
        return cls(generation, note, "\n".join(known), stamps, b"".join(one.digest for one in known.values()))

    @property
    def known(self) -> dict[str, Known]:
        """Return the stamp and digest of each file; 10,000 take 10 ms."""
        numbers: array[int] = array("q", self.stamps)
        quads = zip(*(numbers[place::_STAMP] for place in range(_STAMP)), strict=True)
        pieces = [self.digests[place : place + DIGEST] for place in range(0, len(self.digests), DIGEST)]
        paths = self.paths.split("\n") if self.paths else []
        return dict(zip(paths, map(Known, quads, pieces), strict=True))

    def is_of(self, stamps: Mapping[str, Stamp]) -> bool:
        """Return whether exactly these files in these states are indexed."""
        if not self.generation or self.note or len(self.stamps) != len(stamps) * _STAMP * 8:
            return False
        if self.paths == "\n".join(stamps):
            return self.stamps == _packed(stamps.values())
        known = self.known
        return known.keys() == stamps.keys() and all(known[path].is_at(stamp) for path, stamp in stamps.items())


def _packed(stamps: Iterable[Stamp]) -> bytes:
    numbers = list(chain.from_iterable(stamps))
    try:
        return array("q", numbers).tobytes()
    except OverflowError:
        return array("q", map(_stored, numbers)).tobytes()


def _stored(number: int) -> int:
    """Return the number whose last bits are those of this one."""
    half = 1 << _BITS - 1
    return (number + half) % (1 << _BITS) - half


def write_state(folder: IndexFolder, name: str, state: State) -> None:
    """Write the file.

    Raises OSError.
    """
    count = len(state.digests) // DIGEST
    head = {"generation": state.generation, "note": state.note, "files": count, "order": sys.byteorder}
    paths = state.paths.encode("utf-8", "surrogateescape")
    content = sealed(json.dumps(head).encode() + b"\n" + state.stamps + state.digests + paths)
    folder.write(name, lambda file: file.write(content))


def read_state(folder: IndexFolder, name: str) -> State | None:
    """Return the content of the file; None if it is missing, damaged or another user's."""
    try:
        with folder.open(name) as file:
            return _read(unsealed(file.read()))
    except (OSError, FolderError, DamagedError, ValueError, KeyError, TypeError, IndexError, OverflowError):
        return None


def _read(content: bytes) -> State | None:
    end = content.index(b"\n")
    head = json.loads(content[:end])
    if head["order"] != sys.byteorder:
        return None
    count, at = int(head["files"]), end + 1
    middle = at + count * _STAMP * 8
    last = middle + count * DIGEST
    paths = content[last:].decode("utf-8", "surrogateescape")
    if not 0 <= last <= len(content) or (paths.count("\n") + 1 if paths else 0) != count:
        return None
    return State(str(head["generation"]), str(head["note"]), paths, content[at:middle], content[middle:last])
