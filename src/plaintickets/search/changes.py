"""Write the differences from the source to the index, in batches, and merge small segments."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from whoosh.reading import SegmentReader

from plaintickets.search.codec import Codec
from plaintickets.search.profiles import columns_of
from plaintickets.search.schema import DIGEST, FIELDS
from plaintickets.search.stamps import UNSETTLED, Known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whoosh.codec.base import Segment
    from whoosh.index import FileIndex

    from plaintickets.search.folder import Stamp
    from plaintickets.search.schema import Document
    from plaintickets.search.segments import Segments
    from plaintickets.search.stamps import State

BATCH = 20_000  # documents in one batch; they fit into about 500 MB
SMALL = 64  # segments up to this number of documents are merged
FEW = 8
MOST_SEGMENTS = 32
_MEMORY = 256  # MB of postings that Whoosh sorts before it writes them to a temporary file


class Source(Protocol):
    """The source of the documents of an index."""

    def begin(self, note: str, count: int) -> bool:
        """Take the note of the last indexing, empty if lost; return whether documents without a stamp stay indexed."""

    def stamps(self) -> Mapping[str, Stamp]:
        """Return, by key, a stamp that changes when a document may have changed."""

    def load(self, key: str) -> tuple[Stamp, Document] | None:
        """Return the stamp of a document, taken before reading it, and the document; None if it cannot be read."""

    def progress(self, done: int, total: int, /) -> None:
        """Show the progress of a refresh."""


def update(whoosh: FileIndex, segments: Segments, source: Source, state: State, moment: int | None) -> dict[str, Known]:
    """Write the changes; return the stamp and digest of each document afterwards."""
    adds_only = source.begin(state.note, segments.count)
    stamps = source.stamps()
    held, gone = segments.held()
    before, after = state.known, {}
    work = []
    for key, stamp in stamps.items():
        old, there = before.get(key), held.get(key)
        if old is not None and there is not None and old.is_at(stamp) and old.digest == there[0]:
            after[key] = old
        else:
            work.append(key)
    if not adds_only:
        gone += [number for key, (_, number) in held.items() if key not in stamps]
    changes = _Changes(whoosh)
    for done, key in enumerate(sorted(work), 1):
        loaded, there = source.load(key), held.get(key)
        if loaded is not None:
            stamp, document = loaded
            digest = digest_of(document)
            after[key] = Known(UNSETTLED if moment is not None and stamp[1] >= moment else stamp, digest)
            if there is None or there[0] != digest:
                changes.add(key, digest, document)
        if there is not None and (loaded is None or there[0] != after[key].digest):
            gone.append(there[1])
        source.progress(done, len(work))
    changes.commit(gone)
    return {key: after[key] for key in stamps if key in after}


class _Changes:
    """Documents to write, in batches."""

    def __init__(self, whoosh: FileIndex) -> None:
        self._whoosh = whoosh
        self._writer: Any = None
        self._count = 0

    def add(self, key: str, digest: bytes, document: Document) -> None:
        """Add a document."""
        fields: dict[str, Any] = {name: texts for name, texts in zip(FIELDS, document.texts(), strict=True) if texts}
        fields["key"], fields["identity"] = key.encode("utf-8", "surrogateescape"), digest
        facts = document.facts.encode("utf-8", "surrogatepass")
        if document.alike is not None:
            fields["likeness"] = document.alike
            fields["created"], fields["component"], facts = columns_of(document.alike)
        else:
            fields["created"], fields["component"] = document.dates
        if facts:
            fields["facts"] = facts
        if self._writer is None:
            self._writer = self._open()
        self._writer.add_document(**fields)
        self._count += 1
        if self._count % BATCH == 0:
            self._writer.commit(merge=False)
            self._writer = None

    def commit(self, gone: list[int]) -> None:
        """Write the remaining documents, and remove the documents of these numbers."""
        if self._writer is None and not gone:
            return
        writer = self._writer or self._open()
        for number in gone:
            writer.delete_document(number)
        writer.commit(mergetype=_merged)

    def _open(self) -> Any:
        return self._whoosh.writer(codec=Codec(), compound=False, limitmb=_MEMORY)


def _merged(writer: Any, segments: list[Segment]) -> list[Segment]:
    """Merge small segments, and those with many superseded documents, into the new one; return the others."""
    held = [(segment.doc_count_all() - segment.deleted_count(), segment) for segment in segments]
    held = [(count, segment) for count, segment in held if count]
    small = [segment for count, segment in held if count <= SMALL]
    if len(held) > MOST_SEGMENTS:
        most = max(count for count, _ in held)
        small = [segment for count, segment in held if count * MOST_SEGMENTS < most]
    elif len(small) <= FEW:
        small = []
    worn = [segment for _, segment in held if segment.deleted_count() > max(SMALL, segment.doc_count_all() // 4)]
    merged = {id(segment) for segment in (*small, *worn)}
    for _, segment in held:
        if id(segment) in merged:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for _, segment in held if id(segment) not in merged]


def digest_of(document: Document) -> bytes:
    """Return a digest of the indexed content of a document."""
    texts = ["\x00".join(texts) for texts in document.texts()]
    alike = document.alike
    facts = repr(document.dates)
    if alike is not None:
        facts = repr((alike.id, alike.created, alike.component, alike.type, alike.body))
    whole = "\x01".join([*texts, document.facts, facts])
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()
