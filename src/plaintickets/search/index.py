"""The Whoosh index of a store: brought up to date from the files and the history, never trusted blindly.

One folder and one schema hold the tickets, the history and the messages of commits, each a Whoosh
index with a name of its own, so that the history is indexed only when somebody asks for it. What
cannot be written, now or ever, is indexed in memory for this one answer. What is damaged is built
again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from whoosh.index import EmptyIndexError, FileIndex
from whoosh.reading import SegmentReader

from plaintickets.search.codec import LEXICON, Codec, Postings
from plaintickets.search.folder import FolderError, IndexFolder
from plaintickets.search.profiles import columns_of
from plaintickets.search.schema import DIGEST, FIELDS, VERSION, make_schema
from plaintickets.search.stamps import UNSETTLED, Known, State, read_state, write_state
from plaintickets.search.storage import SEALS, ChecksummedStorage, DamagedError, tidy

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from whoosh.codec.base import Segment

    from plaintickets.search.folder import Stamp
    from plaintickets.search.schema import Document

TICKETS = "tickets"
HISTORY, COMMITS = "history", "commits"  # as HEAD sees them
HISTORY_OF_ALL, COMMITS_OF_ALL = "allhistory", "allcommits"  # as any branch sees them
PARTS = (TICKETS, HISTORY, COMMITS, HISTORY_OF_ALL, COMMITS_OF_ALL)
BATCH = 20_000  # documents that are written at once; as many as fit into some 500 MB
SMALL = 64  # documents of a segment that is merged with others of its kind
FEW = 8
MOST_SEGMENTS = 32
_MEMORY = 256  # MB of postings that Whoosh sorts before it writes them to a temporary file
_TRIES = 3


class Source(Protocol):
    """Where the documents come from."""

    def begin(self, note: str, count: int) -> bool:
        """Hear what was indexed last, nothing if that is lost; return whether what is not named now stays indexed."""

    def stamps(self) -> Mapping[str, Stamp]:
        """Return what changes when a document may have changed, by key."""

    def load(self, key: str) -> tuple[Stamp, Document] | None:
        """Return the stamp of a document, taken before reading it, and the document; None where it cannot be read."""

    def progress(self, done: int, total: int, /) -> None:
        """Show how much of a refresh is done."""


class Status(NamedTuple):
    """What `tk index` shows."""

    path: str
    tickets: int
    pending: int
    parts: int
    bytes: int
    written: float | None
    trouble: str


class Live:
    """A segment with the number of its first document and the documents in it that are superseded."""

    def __init__(self, reader: SegmentReader, base: int) -> None:
        self.reader, self.base = reader, base
        self.dead = frozenset(reader.segment().deleted_docs())
        self.count: int = reader.doc_count_all()
        self._columns: dict[str, Any] = {}

    @cached_property
    def lexicon(self) -> str:
        """Every term once, one a line."""
        name = self.reader.segment().make_filename(LEXICON)
        with self.reader.storage().open_file(name) as file:
            content: bytes = file.read()
        return content.decode("utf-8", "surrogatepass")

    def postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of a term, the superseded documents among them; None where there are none."""
        if (field, term) not in self.reader:
            return None
        matcher = self.reader.postings(field, term)
        return matcher if isinstance(matcher, Postings) else matcher.child

    def column(self, name: str) -> Any:
        """Return the values of a column by document."""
        if name not in self._columns:
            self._columns[name] = self.reader.column_reader(name, translate=False)
        return self._columns[name]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each document."""
        return [key.decode("utf-8", "surrogateescape") for key in self.column("key")]


class Index:
    """One part of the index; `folder` None keeps it in memory. `live` are the segments to search."""

    def __init__(self, source: Source, folder: IndexFolder | None, part: str = TICKETS, trouble: str = "") -> None:
        self._source, self._trouble = source, trouble
        self._part, self._name = part, f"{part}{VERSION}{sys.byteorder[0]}"
        self._storage = ChecksummedStorage(folder)
        self._schema = make_schema()
        self._whoosh: FileIndex | None = None
        self._state = State()
        self.live: list[Live] = []
        self._open()

    @classmethod
    def at(cls, source: Source, part: str, *places: tuple[str, ...]) -> Index:
        """Return the index in the first place (a folder, and names below it) that can be used."""
        trouble = ""
        for place in places:
            try:
                return cls(source, IndexFolder(*place), part, trouble)
            except FolderError as error:
                trouble = trouble or str(error)
        return cls(source, None, part, trouble)

    def close(self) -> None:
        """Close the files."""
        self._storage.release()

    # reading

    @property
    def note(self) -> str:
        """What was said of the source when it was last indexed."""
        return self._state.note

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each document by its key."""
        found = {}
        for live in self.live:
            for number, key in enumerate(live.keys):
                if number not in live.dead:
                    found[key] = live.base + number
        return found

    @property
    def count(self) -> int:
        """How many documents can be found."""
        return sum(live.count - len(live.dead) for live in self.live)

    def number_of(self, key: str) -> int:
        """Return the number that postings know a document by, -1 for one that is not indexed."""
        return self.numbers.get(key, -1)

    def key_of(self, number: int) -> str:
        """Return the key of a document by its number."""
        live, at = self._place(number)
        return str(live.column("key")[at].decode("utf-8", "surrogateescape"))

    def facts_of(self, number: int) -> bytes:
        """Return the facts that were kept of a document."""
        live, at = self._place(number)
        facts: bytes = live.column("facts")[at]
        return facts

    def _place(self, number: int) -> tuple[Live, int]:
        live = next(live for live in reversed(self.live) if live.base <= number)
        return live, number - live.base

    def numbers_column(self, name: str) -> list[array[Any]]:
        """Return a column of numbers, for each segment."""
        return [live.column(name).load() for live in self.live]

    def live_numbers(self) -> list[int]:
        """Return the numbers of all documents that can be found."""
        return [live.base + number for live in self.live for number in range(live.count) if number not in live.dead]

    def check(self) -> None:
        """Raise DamagedError where what was searched was written to meanwhile: what was found may be wrong."""
        self._storage.check()

    def status(self) -> Status:
        """Return what there is, before a refresh."""
        size, written, folder = 0, None, self._storage.folder
        if folder is not None:
            for name in (*self._files(), SEALS, self._state_name):
                with contextlib.suppress(OSError):
                    found = os.stat(os.path.join(folder.path, name))
                    size, written = size + found.st_size, max(written or 0.0, found.st_mtime)
        path = folder.path if folder else ""
        return Status(path, self.count, len(self._changed()), len(self.live), size, written, self._trouble)

    def _files(self) -> list[str]:
        return [name for name in self._storage if name.removeprefix("_").startswith(f"{self._name}_")]

    # opening

    def _open(self) -> None:
        """Take what the folder holds, nothing where that cannot be used."""
        for _ in range(_TRIES):
            try:
                self._open_once()
            except FileNotFoundError:
                self._storage.reload()  # another process has just replaced the segments
                continue
            except Exception as error:  # noqa: BLE001 - whatever reading fails with, the index is of no use
                self._trouble = str(error) or "damaged or of another version: it is built again"
                break
            return
        self._storage.hide(self._files())
        self._open_once()

    def _open_once(self) -> None:
        self.__dict__.pop("numbers", None)
        self.live, self._whoosh, self._state = [], None, State()
        try:
            self._whoosh = FileIndex(self._storage, self._schema, self._name)
        except EmptyIndexError:
            return
        reader, base = self._whoosh.reader(), 0
        for part, _ in reader.leaf_readers():
            if isinstance(part, SegmentReader):
                _refuse_nonsense(part)
                self.live.append(Live(part, base))
                base += part.doc_count_all()
        state = read_state(self._storage.folder, self._state_name) if self._storage.folder else None
        if state is not None and state.generation == self._generation():
            self._state = state

    def _generation(self) -> str:
        """Return what tells this state of the index apart from any other, nothing without an index."""
        if self._whoosh is None:
            return ""
        return self._storage.token(f"_{self._name}_{self._whoosh.latest_generation()}.toc")

    @property
    def _state_name(self) -> str:
        return f"{self._part}.state"

    # writing

    def refresh(self, note: str = "") -> None:
        """Index what differs from the source; afterwards every document of the source can be found."""
        if note:  # says all: the source need not be asked
            is_current = self._state.generation != "" and self._state.note == note
        else:
            is_current = self._state.is_of(self._source.stamps())
        if self._whoosh is None or not is_current:
            self._write(note)

    def rebuild(self, note: str = "") -> None:
        """Index everything again."""
        self._write(note, afresh=True)

    def recover(self, note: str = "") -> None:
        """Take what another process wrote meanwhile; where that is not it, build everything again."""
        before = self._generation()
        self.close()
        self._storage.reload()
        self._open()
        if self._generation() in {"", before}:
            self.rebuild(note)
        else:
            self.refresh(note)

    def _write(self, note: str, *, afresh: bool = False) -> None:
        folder = self._storage.folder if self._storage.writes else None
        if folder is None:
            self._write_once(None, note, afresh=afresh)
            return
        with folder.writing() as moment:
            if moment is None:  # another process writes
                self._storage.detach()
                self._write_once(None, note, afresh=afresh)
                return
            self.close()
            self._storage.reload()
            self._open()
            try:
                self._write_once(moment, note, afresh=afresh)
            except OSError as error:
                self._trouble = f"cannot be written: {error.strerror}"
                self.close()
                self._storage.detach()
                self._open()
                self._write_once(None, note, afresh=afresh)

    def _write_once(self, moment: int | None, note: str, *, afresh: bool) -> None:
        if afresh:
            self._storage.hide(self._files())
            self._open_once()
        if self._whoosh is None:
            self._whoosh = FileIndex.create(self._storage, self._schema, self._name)
        known = self._update(moment)
        self.close()
        state = State(self._generation(), note, {} if note else known)
        folder = self._storage.folder
        if moment is not None and folder is not None:
            write_state(folder, self._state_name, state)
            tidy(folder, self._kept(folder))
        self._open_once()
        self._state = state

    def _kept(self, folder: IndexFolder) -> set[str]:
        """Return the names of the files that belong to the index as it is now."""
        others = tuple(f"{part}{VERSION}{sys.byteorder[0]}_" for part in PARTS if part != self._part)
        kept = {name for name in folder.names() if name.removeprefix("_").startswith(others)}
        return kept | {*self._storage.list(), SEALS, *(f"{part}.state" for part in PARTS)}

    def _update(self, moment: int | None) -> dict[str, Known]:
        """Write what changed; return what is known of each document afterwards."""
        adds_only = self._source.begin(self._state.note, self.count)
        stamps = self._source.stamps()
        held, gone = self._held()
        before, after = self._state.known, {}
        work = []
        for key, stamp in stamps.items():
            old, there = before.get(key), held.get(key)
            if old is not None and there is not None and old.stamp == stamp and old.digest == there[0]:
                after[key] = old
            else:
                work.append(key)
        if not adds_only:
            gone += [number for key, (_, number) in held.items() if key not in stamps]
        changes = _Changes(self._whoosh)
        for done, key in enumerate(sorted(work), 1):
            loaded, there = self._source.load(key), held.get(key)
            if loaded is not None:
                stamp, document = loaded
                digest = digest_of(document)
                after[key] = Known(UNSETTLED if moment is not None and stamp[1] >= moment else stamp, digest)
                if there is None or there[0] != digest:
                    changes.add(key, digest, document)
            if there is not None and (loaded is None or there[0] != after[key].digest):
                gone.append(there[1])
            self._source.progress(done, len(work))
        changes.commit(gone)
        return after

    def _held(self) -> tuple[dict[str, tuple[bytes, int]], list[int]]:
        """Return digest and number of each document by its key, and the numbers of those that are held twice."""
        found: dict[str, tuple[bytes, int]] = {}
        twice = []
        for live in self.live:
            for number, (key, digest) in enumerate(zip(live.keys, live.column("identity"), strict=True)):
                if number not in live.dead:
                    if key in found:
                        twice.append(found[key][1])
                    found[key] = (digest, live.base + number)
        return found, twice

    def _changed(self) -> list[str]:
        known = self._state.known
        return [key for key, stamp in self._source.stamps().items() if key not in known or known[key].stamp != stamp]


class _Changes:
    """Documents to be written, in batches."""

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
        """Write what is left, and take away the documents of these numbers."""
        if self._writer is None and not gone:
            return
        writer = self._writer or self._open()
        for number in gone:
            writer.delete_document(number)
        writer.commit(mergetype=_merged)

    def _open(self) -> Any:
        return self._whoosh.writer(codec=Codec(), compound=False, limitmb=_MEMORY)


def _merged(writer: Any, segments: list[Segment]) -> list[Segment]:
    """Merge small and worn segments into the one that is written; return the others."""
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


def _refuse_nonsense(reader: SegmentReader) -> None:
    """Raise DamagedError where a segment claims more documents than its columns can hold."""
    count = reader.doc_count_all()
    name = Codec.column_filename(reader.segment(), "identity")
    if not count >= 0 or reader.storage().file_length(name) != count * DIGEST:
        raise DamagedError
    if any(not 0 <= number < count for number in reader.segment().deleted_docs()):
        raise DamagedError


def digest_of(document: Document) -> bytes:
    """Return the identity of what is indexed of a document."""
    texts = ["\x00".join(texts) for texts in document.texts()]
    alike = document.alike
    facts = repr(document.dates)
    if alike is not None:
        facts = repr((alike.id, alike.created, alike.component, alike.type, alike.body))
    whole = "\x01".join([*texts, document.facts, facts])
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()


class damage:  # noqa: N801 - reads as a statement
    """A context in which whatever goes wrong while reading the index is damage."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, DamagedError):
            raise DamagedError(str(error)) from error
