"""Whoosh's codec with postings as plain numbers, read in whole blocks.

Whoosh writes the content of a block as a pickle of tuples. That takes five times the space for a rare word, and
several times as long to read. Beside the terms of a segment there is a list of them, so that misspelt words are found
by one scan.
"""

from __future__ import annotations

import zlib
from array import array
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from whoosh.codec.whoosh3 import (
    WHOOSH3_HEADER_MAGIC,
    W3Codec,
    W3FieldWriter,
    W3LeafMatcher,
    W3PerDocReader,
    W3PostingsWriter,
    W3Segment,
    W3TermsReader,
)
from whoosh.filedb.filetables import OrderedHashReader

from plaintickets.search.storage import DamagedError, pickled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whoosh.filedb.filestore import Storage
    from whoosh.filedb.structfile import StructFile

BLOCK = 8192  # postings of one term that are read at once
_COMPRESSION = 1
_SMALL = 256  # from this number of bytes on, compress
_WIDE = 256  # from this size of a value on, its length takes four bytes
_LARGEST_BLOCK = 256_000_000
LEXICON = ".lex"


class Block(NamedTuple):
    """A block of postings of a term: documents, ascending, their weights, and their values."""

    ids: array[int]
    weights: array[float]
    values: tuple[bytes, ...]


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """A writer of blocks as plain numbers."""

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        data, compression = _packed(self), 0
        if len(data) > _SMALL:
            data, compression = zlib.compress(data, self._compression), self._compression
        ids = self._ids
        info = pickled((len(ids), ids[-1], self._maxweight, compression, 0, 0))
        length = len(info) + len(data)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(info)
        self._postfile.write(data)
        self._blockcount += 1
        self._new_block()


def _packed(block: _PostingsWriter) -> bytes:
    """Return the documents, weights and values of a block as bytes; without values there are no lengths."""
    values = block._values  # noqa: SLF001 - the codec's own
    narrow = all(len(value) < _WIDE for value in values)
    lengths = array("B" if narrow else "I", map(len, values))
    head = bytes((lengths.itemsize if values else 0,))
    return b"".join((head, block._ids.tobytes(), block._weights.tobytes(), lengths.tobytes(), *values))  # noqa: SLF001


class Postings(W3LeafMatcher):  # type: ignore[misc]
    """The postings of one term in one segment."""

    def blocks(self) -> Iterator[Block]:
        """Yield all postings, block by block."""
        while self.is_active():
            self._read_ids()
            self._read_weights()
            self._read_values()
            yield Block(self._ids, self._weights, self._values)
            self._next_block()

    def _read_data(self) -> None:
        """Split a block into its parts, whose ends follow from its size."""
        content = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        if self._compression:
            reader = zlib.decompressobj()
            content = reader.decompress(content, _LARGEST_BLOCK)
            if not reader.eof:
                raise DamagedError
        size = 4 * self._blocklength
        if content[0] not in (0, 1, 4) or len(content) < 1 + 2 * size:
            raise DamagedError
        self._data = content[1 : 1 + size], content[1 + size : 1 + 2 * size], content[0], content[1 + 2 * size :]

    def _held(self, place: int) -> Any:
        if self._data is None:
            self._read_data()
        return self._data[place]

    def _read_ids(self) -> None:
        self._ids = array("I", self._held(0))

    def _read_weights(self) -> None:
        self._weights = array("f", self._held(1))

    def _read_values(self) -> None:
        width, rest = self._held(2), self._held(3)
        if not width:
            self._values = (b"",) * self._blocklength
            return
        size = width * self._blocklength
        ends = pairwise(accumulate(array("B" if width == 1 else "I", rest[:size]), initial=size))
        self._values = tuple([rest[start:end] for start, end in ends])


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    """A writer of terms, and of a list of the terms that can be searched for."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._lexicon: set[bytes] = set()

    def start_term(self, btext: bytes) -> None:
        """Begin the postings of a term."""
        super().start_term(btext)
        if self._fieldname != "likeness":
            self._lexicon.add(btext)

    def close(self) -> None:
        """Write the list."""
        super().close()
        with self._create_file(LEXICON) as file:
            file.write(b"\n".join(sorted(self._lexicon)))


class _Terms(OrderedHashReader):  # type: ignore[misc]
    """The terms of a segment; none of them stores its postings as a pickle."""

    def __getitem__(self, key: bytes) -> bytes:
        return _plain(super().__getitem__(key))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the terms with their information."""
        return ((key, _plain(value)) for key, value in super().items())

    def items_from(self, key: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the terms from the given one on."""
        return ((found, _plain(value)) for found, value in super().items_from(key))


def _plain(value: bytes) -> bytes:
    if value[0]:
        raise DamagedError
    return value


class _TermsReader(W3TermsReader):  # type: ignore[misc]
    """A reader of the terms of a segment."""

    def __init__(self, codec: Codec, file: StructFile, length: int, postings: StructFile) -> None:
        super().__init__(codec, file, length, postings)
        self._tindex = _Terms(file, length)


class _PerDocReader(W3PerDocReader):  # type: ignore[misc]
    """A reader of columns; nothing else is stored, because Whoosh stores it as pickles."""

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return nothing."""
        del docnum
        return {}


class Segment(W3Segment):  # type: ignore[misc]
    """A part of the index, in separate files."""

    def __getstate__(self) -> dict[str, Any]:
        """Return the state that the table of contents stores."""
        return {name: value for name, value in self.__dict__.items() if name != "_codec"}

    def codec(self, **_: Any) -> Codec:
        """Return the codec."""
        return Codec()

    def is_compound(self) -> bool:
        """Return False: Whoosh would read a compound file with its own unpickler."""
        return False


class Codec(W3Codec):  # type: ignore[misc]
    """A codec that reads and writes the parts of an index."""

    length_stats = False  # no weight depends on the length of a field

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK, compression=_COMPRESSION, inlinelimit=0)

    def postings_writer(self, dbfile: StructFile, byteids: bool = False) -> _PostingsWriter:
        """Return a writer of postings."""
        return _PostingsWriter(dbfile, self._blocklimit, byteids, self._compression, self._inlinelimit)

    def postings_reader(
        self, dbfile: StructFile, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Postings:
        """Return a reader of the postings of a term."""
        return Postings(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def field_writer(self, storage: Storage, segment: Segment) -> _FieldWriter:
        """Return a writer of terms."""
        return _FieldWriter(self, storage, segment)

    def terms_reader(self, storage: Storage, segment: Segment) -> _TermsReader:
        """Return a reader of terms."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return _TermsReader(self, storage.open_file(name), storage.file_length(name), postings)

    def per_document_reader(self, storage: Storage, segment: Segment) -> _PerDocReader:
        """Return a reader of columns."""
        return _PerDocReader(storage, segment)

    def new_segment(self, storage: Storage, indexname: str) -> Segment:
        """Return an empty segment."""
        del storage
        return Segment(self, indexname)
