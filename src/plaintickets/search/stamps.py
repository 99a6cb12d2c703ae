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
    from collections.abc import Mapping

    from plaintickets.search.folder import IndexFolder, Stamp

UNSETTLED: Stamp = (0, 0, 0, 0)  # the stamp of a file that may change again in the same clock tick
_STAMP = 4


class Known(NamedTuple):
    """The stamp of a file, and the digest of its indexed content."""

    stamp: Stamp
    digest: bytes


class State(NamedTuple):
    """The indexed files up to one generation of the index, with a note of the source."""

    generation: str = ""
    note: str = ""
    known: Mapping[str, Known] = {}

    def is_of(self, stamps: Mapping[str, Stamp]) -> bool:
        """Return whether exactly these files in these states are indexed."""
        if not self.generation or self.note or len(self.known) != len(stamps):
            return False
        known = self.known
        return all(key in known and known[key].stamp == stamp for key, stamp in stamps.items())


def write_state(folder: IndexFolder, name: str, state: State) -> None:
    """Write the file.

    Raises OSError.
    """
    head = {"generation": state.generation, "note": state.note, "files": len(state.known), "order": sys.byteorder}
    stamps = array("q", chain.from_iterable(known.stamp for known in state.known.values()))
    digests = b"".join(known.digest for known in state.known.values())
    paths = "\n".join(state.known).encode("utf-8", "surrogateescape")
    content = sealed(json.dumps(head).encode() + b"\n" + stamps.tobytes() + digests + paths)
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
    stamps: array[int] = array("q")
    stamps.frombytes(content[at : at + count * _STAMP * 8])
    at += count * _STAMP * 8
    digests, at = content[at : at + count * DIGEST], at + count * DIGEST
    paths = content[at:].decode("utf-8", "surrogateescape").split("\n") if count else []
    pieces = [digests[place : place + DIGEST] for place in range(0, count * DIGEST, DIGEST)]
    quads = zip(stamps[::_STAMP], stamps[1::_STAMP], stamps[2::_STAMP], stamps[3::_STAMP], strict=True)
    known = dict(zip(paths, map(Known, quads, pieces), strict=True))
    return State(str(head["generation"]), str(head["note"]), known)
