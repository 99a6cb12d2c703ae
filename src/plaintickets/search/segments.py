"""The segments of an index, and the documents in them by number and key."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from plaintickets.search.codec import LEXICON, Codec, Postings
from plaintickets.search.schema import DIGEST
from plaintickets.search.storage import DamagedError

if TYPE_CHECKING:
    from whoosh.reading import SegmentReader


class Live:
    """A segment with the number of its first document, and its superseded documents."""

    def __init__(self, reader: SegmentReader, base: int) -> None:
        self.reader, self.base = reader, base
        self.dead = frozenset(reader.segment().deleted_docs())
        self.count: int = reader.doc_count_all()
        self._columns: dict[str, Any] = {}

    @cached_property
    def lexicon(self) -> str:
        """Return every term once, one on each line."""
        name = self.reader.segment().make_filename(LEXICON)
        with self.reader.storage().open_file(name) as file:
            content: bytes = file.read()
        return content.decode("utf-8", "surrogatepass")

    def postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of a term, with superseded documents; None if there are none."""
        if (field, term) not in self.reader:
            return None
        matcher = self.reader.postings(field, term)
        return matcher if isinstance(matcher, Postings) else matcher.child

    def column(self, name: str) -> Any:
        """Return the values of a column by document.

        Raises DamagedError if it cannot be read.
        """
        if name not in self._columns:
            with damage():
                self._columns[name] = self.reader.column_reader(name, translate=False)
        return self._columns[name]

    @cached_property
    def keys(self) -> list[str]:
        """Return the key of each document."""
        return [key.decode("utf-8", "surrogateescape") for key in self.column("key")]


class Segments:
    """The documents of the segments in `live`, each with a unique number."""

    live: list[Live]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the number of each document by its key."""
        found = {}
        for live in self.live:
            for number, key in enumerate(live.keys):
                if number not in live.dead:
                    found[key] = live.base + number
        return found

    @property
    def count(self) -> int:
        """Return the number of documents that can be found."""
        return sum(live.count - len(live.dead) for live in self.live)

    def number_of(self, key: str) -> int:
        """Return the number of a document in the postings; -1 if it is not indexed."""
        return self.numbers.get(key, -1)

    def key_of(self, number: int) -> str:
        """Return the key of a document by its number."""
        live, at = self._place(number)
        return str(live.column("key")[at].decode("utf-8", "surrogateescape"))

    def facts_of(self, number: int) -> bytes:
        """Return the stored facts of a document."""
        live, at = self._place(number)
        facts: bytes = live.column("facts")[at]
        return facts

    def _place(self, number: int) -> tuple[Live, int]:
        for live in reversed(self.live):
            if live.base <= number:
                return live, number - live.base
        raise DamagedError(f"has no document {number}")

    def numbers_column(self, name: str) -> list[Any]:
        """Return a column of numbers, with those of superseded documents."""
        return list(chain.from_iterable(live.column(name).load() for live in self.live))

    def live_numbers(self) -> list[int]:
        """Return the numbers of all documents that can be found."""
        return [live.base + number for live in self.live for number in range(live.count) if number not in live.dead]

    def held(self) -> tuple[dict[str, tuple[bytes, int]], list[int]]:
        """Return digest and number of each document by its key, and the numbers of repeated documents."""
        found: dict[str, tuple[bytes, int]] = {}
        twice = []
        for live in self.live:
            for number, (key, digest) in enumerate(zip(live.keys, live.column("identity"), strict=True)):
                if number not in live.dead:
                    if key in found:
                        twice.append(found[key][1])
                    found[key] = (digest, live.base + number)
        return found, twice


def refuse_nonsense(reader: SegmentReader) -> None:
    """Refuse a segment that claims more documents than its columns can hold.

    Raises DamagedError.
    """
    count = reader.doc_count_all()
    name = Codec.column_filename(reader.segment(), "identity")
    if not count >= 0 or reader.storage().file_length(name) != count * DIGEST:
        raise DamagedError
    if any(not 0 <= number < count for number in reader.segment().deleted_docs()):
        raise DamagedError


class damage:  # noqa: N801 - reads as a statement
    """A context that turns any error while reading the index into DamagedError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, DamagedError):
            raise DamagedError(str(error)) from error
