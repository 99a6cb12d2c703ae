"""One immutable part of the index: the postings of some tickets, in memory or in a Whoosh table.

A table maps a field's number and a term to the term's postings. Whoosh's own codec keeps postings,
schema and contents as pickles, which run code when a stranger has written them; these are plain
numbers with a checksum each, and are also several times faster to write and to read.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from zlib import crc32

from plaintickets.search import tables
from plaintickets.search.placing import places
from plaintickets.search.schema import FIELDS, MOST_COUNTED, field_scale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.search.schema import Entry

_WORDS_KEY = b"\xff"
_GETTERS = {"H": "get_ushort", "i": "get_int", "I": "get_uint", "q": "get_long"}
HEAD = 3  # numbers a posting: ticket, weight, how many positions


class DamagedError(Exception):
    """A part of the index is not what was written."""


class Postings(NamedTuple):
    """A term's tickets: three numbers for each (see HEAD), ascending, and their positions in turn."""

    heads: array[int]
    positions: array[int]

    def weights(self) -> zip[tuple[int, int]]:
        """The tickets with their weights."""
        return zip(self.heads[::HEAD], self.heads[1::HEAD], strict=True)

    def positions_of(self, wanted: set[int] | None) -> Iterator[tuple[int, array[int]]]:
        """The tickets, of those wanted, with their positions."""
        counts = self.heads[2::HEAD]
        starts = accumulate(counts, initial=0)
        for number, start, count in zip(self.heads[::HEAD], starts, counts, strict=False):
            if wanted is None or number in wanted:
                yield number, self.positions[start : start + count]


class MemorySegment:
    """A part that is being built, or that cannot be written."""

    def __init__(self) -> None:
        self.count = 0
        self.size = 0
        self._held: dict[tuple[int, str], Postings] = {}
        self._words: str | None = None

    def add(self, entry: Entry) -> None:
        """Adds a ticket; its number is the count before."""
        number, held = self.count, self._held
        for field, texts in enumerate(entry):
            if not texts:
                continue
            found, words = places(texts)
            scale = field_scale(FIELDS[field], words)
            for term, positions in found.items():
                count = len(positions)
                weight = max(1, round(scale * min(count, MOST_COUNTED)))
                postings = held.get((field, term))
                if postings is None:
                    postings = held[field, term] = Postings(array("I"), array("I"))
                postings.heads.extend((number, weight, count))
                postings.positions.extend(positions)
                self.size += count + HEAD
        self.count += 1
        self._words = None

    def postings(self, field: int, term: str) -> Postings | None:
        """The postings of a term in a field."""
        return self._held.get((field, term))

    def begun(self, field: int, prefix: str) -> Iterator[Postings]:
        """The postings of every term of a field that begins so."""
        found = ((term, postings) for (where, term), postings in self._held.items() if where == field)
        return (postings for term, postings in found if term.startswith(prefix))

    def words(self) -> str:
        """Every term once, one a line."""
        if self._words is None:
            self._words = "\n".join(sorted({term for _, term in self._held}))
        return self._words

    def write(self, file: BinaryIO) -> None:
        """Writes and closes the table that `TableSegment` reads; raises OSError."""
        writer = _table_writer(file)
        rows = sorted((_key(field, term), postings) for (field, term), postings in self._held.items())
        for key, postings in rows:
            writer.add(key, _packed(postings))
        writer.add(_WORDS_KEY, _sealed(self.words().encode("utf-8", "surrogatepass")))
        writer.close()


class TableSegment:
    """A part in a file."""

    def __init__(self, file: BinaryIO, count: int) -> None:
        self.count = count
        self._file = file
        self._state = _state(file)
        self._words: str | None = None
        with _damage():
            self._table = _table_reader(file)

    def close(self) -> None:
        """Lets go of the file."""
        if not self._table.is_closed:
            self._table.close()

    def check(self) -> None:
        """Raises DamagedError where the file was written to since it was opened."""
        if _state(self._file) != self._state:
            raise DamagedError

    def postings(self, field: int, term: str) -> Postings | None:
        """The postings of a term in a field; raises DamagedError."""
        with _damage():
            packed = self._table.get(_key(field, term))
            return None if packed is None else _unpacked(packed)

    def begun(self, field: int, prefix: str) -> Iterator[Postings]:
        """The postings of every term of a field that begins so; raises DamagedError."""
        key = _key(field, prefix)
        with _damage():
            for found, packed in self._table.items_from(key):
                if not found.startswith(key):
                    return
                yield _unpacked(packed)

    def words(self) -> str:
        """Every term once, one a line; raises DamagedError."""
        if self._words is None:
            with _damage():
                self._words = _unsealed(self._table[_WORDS_KEY]).decode("utf-8", "surrogatepass")
        return self._words


Segment = MemorySegment | TableSegment


def _state(file: BinaryIO) -> tuple[int, int]:
    state = os.fstat(file.fileno())
    return state.st_mtime_ns, state.st_size


def _key(field: int, term: str) -> bytes:
    return bytes((field,)) + term.encode("utf-8", "surrogatepass")


def _packed(postings: Postings) -> bytes:
    narrow = max(postings.positions) < 1 << 16
    positions = array("H", postings.positions) if narrow else postings.positions
    count = len(postings.heads) // HEAD << 1 | narrow
    return _sealed(count.to_bytes(4, sys.byteorder) + postings.heads.tobytes() + positions.tobytes())


def _unpacked(packed: bytes) -> Postings:
    content = _unsealed(packed)
    count = int.from_bytes(content[:4], sys.byteorder)
    heads, positions = array("I"), array("H" if count & 1 else "I")
    end = 4 + (count >> 1) * HEAD * heads.itemsize
    heads.frombytes(content[4:end])
    positions.frombytes(content[end:])
    return Postings(heads, positions)


def _sealed(content: bytes) -> bytes:
    return crc32(content).to_bytes(4, "big") + content


def _unsealed(sealed: bytes) -> bytes:
    content = sealed[4:]
    if len(sealed) < 4 or crc32(content).to_bytes(4, "big") != sealed[:4]:
        raise DamagedError
    return content


class _damage:  # noqa: N801 - reads as a statement
    """Whatever goes wrong while reading a table is damage."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, DamagedError):
            raise DamagedError from error


def _table_writer(file: Any) -> Any:
    filetables, structfile = tables.load()

    class Writer(filetables.OrderedHashWriter):  # type: ignore[name-defined, misc]
        """Whoosh's table with its few extra facts as JSON, and a checksum for a hash."""

        def __init__(self) -> None:
            filetables.HashWriter.__init__(self, structfile.StructFile(file), hashtype=1)
            self.index, self.lastkey = filetables.GrowableArray("H"), b""

        def _write_extras(self) -> None:
            facts = {"type": self.index.typecode, "length": len(self.index)}
            self.dbfile.write_string4(json.dumps(facts).encode())
            self.index.to_file(self.dbfile)

    return Writer()


def _table_reader(file: Any) -> Any:
    filetables, structfile = tables.load()

    class Reader(filetables.OrderedHashReader):  # type: ignore[name-defined, misc]
        """Reads what the writer wrote, without a pickle."""

        def _read_extras(self) -> None:
            facts = json.loads(self.dbfile.read_string4())
            self.indexbase, self.indexlen = self.dbfile.tell(), int(facts["length"])
            self.indexsize = array(facts["type"]).itemsize
            self._get_pos = getattr(self.dbfile, _GETTERS[facts["type"]])

    return Reader(structfile.StructFile(file))
