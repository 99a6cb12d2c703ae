"""The schema of the Whoosh index: its fields, how texts become terms, and how much a term weighs."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.columns import FixedBytesColumn, NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence, Format

from plaintickets.core.similar import entry_terms, impact
from plaintickets.core.words import tokens
from plaintickets.search.positions import LAST, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.similar import Entry as SimilarEntry

# Increase it if the same texts would give another index: fields, weights, analysis, layout.
VERSION = 6

FIELDS = ("title", "body", "comments", "tags", "ids", "values")
LIKENESS = "likeness"
DIGEST = 16
SCALE = 1024  # weights are whole numbers of 1/SCALE, so that sums do not depend on their order
SATURATION = 3.0  # k1 of BM25: at this mass a word has half of its largest weight
STRENGTH = 255  # the largest weight of a term in the similarity of two tickets
MOST_COUNTED = 255

# BM25F with fixed reference lengths instead of averages: the weights of a document's words depend on that
# document only. Other documents, deletions and the layout of the index do not change them.
# Weight, slope (b), reference length in words.
_TUNING = {
    "title": (6.0, 0.6, 9.0),
    "body": (1.0, 0.75, 90.0),
    "comments": (0.6, 0.75, 90.0),
    "tags": (4.0, 0.0, 1.0),
    "ids": (12.0, 0.0, 1.0),
    "values": (2.0, 0.0, 1.0),
}


class Document(NamedTuple):
    """An indexed document: texts for each field, and facts that are stored unchanged.

    `alike` is the data for finding duplicates; None if the document is not a ticket.
    """

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    alike: SimilarEntry | None = None
    facts: str = ""
    dates: tuple[float, int] = (0.0, 0)  # sort keys of a document that is not a ticket, newest first

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Return the texts, a tuple for each of FIELDS, in that order."""
        return self.title, self.body, self.comments, self.tags, self.ids, self.values


def field_scale(field: str, words: int) -> float:
    """Return the weight of one occurrence in a field with so many words, in 1/SCALE."""
    weight, slope, reference = _TUNING[field]
    return SCALE * weight / (1 - slope + slope * words / reference)


class WordAnalyzer(Analyzer):  # type: ignore[misc]
    """The analyzer of `core/words.py` with the interface of Whoosh."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **_: Any,
    ) -> Iterator[WhooshToken]:
        """Yield the tokens of one value; as in Whoosh, one object that changes."""
        token = WhooshToken(positions, chars, removestops=removestops, mode=mode)
        token.boost, token.stopped = 1.0, False
        for term, position, start, end in tokens(value):
            token.text = term
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = start_pos + position
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token

    def __eq__(self, other: object) -> bool:
        """Return whether the other is such an analyzer, too; all are equal."""
        return type(other) is type(self)

    def __hash__(self) -> int:
        """Return the same hash for all, because all are equal."""
        return hash(type(self))


class Positions(Format):  # type: ignore[misc]
    """The positions of a term as the value of a posting: plain numbers instead of Whoosh's pickles."""

    def decode_positions(self, value: bytes) -> array[int]:
        """Return the positions that `encode_positions` wrote."""
        return decode_positions(value)

    def decode_frequency(self, value: bytes) -> int:
        """Return how many positions there are."""
        return len(self.decode_positions(value))


def decode_positions(value: bytes) -> array[int]:
    """Return the positions of a posting."""
    return decode_spans(value)[0]


def decode_spans(value: bytes) -> tuple[array[int], array[int]]:
    """Return the positions of a posting, and the last positions of terms that cover several words."""
    found: array[int] = array("I" if len(value) & 1 else "H")
    found.frombytes(value[: len(value) & ~1])
    at = bisect_left(found, LAST)
    lasts = found[at:]
    return found[:at], array("I", [last - LAST for last in lasts]) if lasts else lasts


def encode_positions(positions: Sequence[int]) -> bytes:
    """Return ascending positions as bytes; an odd number of bytes means four for each."""
    if positions[-1] < 1 << 16:
        return array("H", positions).tobytes()
    return array("I", positions).tobytes() + b"\1"


class _Terms(FieldType):  # type: ignore[misc]
    """A field of terms that may contain any character, lone surrogates too."""

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return a term as the index stores it."""
        return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")

    def from_bytes(self, value: bytes) -> str:
        """Return a term of the index as text."""
        return value.decode("utf-8", "surrogatepass")


class TextField(_Terms):
    """A field of texts; a posting has the weight of the term in its document, and the positions."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(Positions(), WordAnalyzer(), scorable=False)

    def index(self, value: Sequence[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term with its count, its weight and its positions."""
        found, words, lasts = places(value)
        scale = field_scale(self.name, words)
        for term, positions in found.items():
            count = len(positions)
            weight = max(1, round(scale * min(count, MOST_COUNTED)))
            yield self.to_bytes(term), count, float(weight), encode_positions(positions + lasts.get(term, []))


class LikenessField(_Terms):
    """A field with the terms of title and text for finding duplicates; a posting has a weight of 1 to STRENGTH."""

    def __init__(self) -> None:
        super().__init__(Existence(), WordAnalyzer(), scorable=False)

    def index(self, value: SimilarEntry, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term of a ticket with its strength."""
        titles, bodies = entry_terms(value)
        in_title, counts = frozenset(titles), dict.fromkeys(titles, 0)
        for term in bodies:
            counts[term] = counts.get(term, 0) + 1
        for term, count in counts.items():
            share = impact(term in in_title, len(titles), min(count, MOST_COUNTED), len(bodies))
            yield self.to_bytes(term), 1, float(max(1, round(STRENGTH * share))), b""


class Numbers(NumericColumn):  # type: ignore[misc]
    """A column of numbers that is read at once."""

    class Reader(NumericColumn.Reader):  # type: ignore[misc]
        """A reader of one number, or of all."""

        def load(self) -> array[Any]:
            """Return the numbers of all documents."""
            found: array[Any] = array(self._typecode)
            found.frombytes(self._dbfile.get(self._basepos, self._count * self._fixedlen))
            if sys.byteorder == "little":
                found.byteswap()
            found.extend([self._default] * (self._doccount - len(found)))
            return found


def make_schema() -> Schema:
    """Return the schema of a store's index, the same for tickets, history and commits."""
    fields: dict[str, FieldType] = {name: TextField(name) for name in FIELDS}
    return Schema(
        **fields,
        likeness=LikenessField(),
        key=COLUMN(VarBytesColumn()),  # the path of a ticket, or another document's unique name
        identity=COLUMN(FixedBytesColumn(DIGEST)),  # the digest of the indexed document
        created=COLUMN(Numbers("d", float("nan"))),
        component=COLUMN(Numbers("I")),
        facts=COLUMN(VarBytesColumn()),
    )
