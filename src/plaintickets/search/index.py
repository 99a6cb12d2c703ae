"""The Whoosh index of a store, updated from the files and the history.

One folder and one schema hold the tickets, the articles, the history and the commit messages. Each is a Whoosh index
with its own name, so that what is not needed is not indexed. If the index cannot be written, it is built in memory for
one answer. A damaged index is built again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from whoosh.index import EmptyIndexError, FileIndex
from whoosh.reading import SegmentReader

from plaintickets.search.changes import update
from plaintickets.search.folder import FolderError, IndexFolder
from plaintickets.search.schema import VERSION, make_schema
from plaintickets.search.segments import Live, Segments, refuse_nonsense
from plaintickets.search.stamps import State, read_state, write_state
from plaintickets.search.storage import SEALS, ChecksummedStorage, DamagedError, tidy

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from plaintickets.search.changes import Source

TICKETS = "tickets"
ARTICLES = "articles"
HISTORY, COMMITS = "history", "commits"  # reachable from HEAD
HISTORY_OF_ALL, COMMITS_OF_ALL = "allhistory", "allcommits"  # reachable from any branch
PARTS = (TICKETS, ARTICLES, HISTORY, COMMITS, HISTORY_OF_ALL, COMMITS_OF_ALL)
_TRIES = 3


class Status(NamedTuple):
    """The state of an index, as `tk index` shows it."""

    path: str
    tickets: int
    pending: int
    parts: int
    bytes: int
    written: float | None
    trouble: str


class Index(Segments):
    """One part of the index; without `folder` it is in memory. `live` are the segments to search."""

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
        """Return the index in the first usable place (a folder, and names below it)."""
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
        """Return the note of the source from the last indexing."""
        return self._state.note

    def check(self) -> None:
        """Check that the searched files were not changed during the search.

        Raises DamagedError if they were: the result may be wrong.
        """
        self._storage.check()

    def status(self) -> Status:
        """Return the state of the index, before a refresh."""
        size, written, folder = 0, None, self._storage.folder
        if folder is not None:
            for name in (*self._files(), SEALS, self._state_name):
                with contextlib.suppress(OSError):
                    found = os.stat(os.path.join(folder.path, name))
                    size, written = size + found.st_size, max(written or 0.0, found.st_mtime)
        path = folder.path if folder else ""
        return Status(path, self.count, len(self._changed()), len(self.live), size, written, self._trouble)

    @property
    def indexed(self) -> AbstractSet[str]:
        """Return the keys of the documents that can be found, from the state, a tenth of the time of a column."""
        paths = self._state.paths
        return {*paths.split("\n")} if paths else self.numbers.keys()

    @property
    def generation(self) -> str:
        """Return a mark of this state of the index, empty where it is not kept."""
        return self._generation() if self._storage.folder is not None and self._storage.writes else ""

    def _files(self) -> list[str]:
        return [name for name in self._storage if name.removeprefix("_").startswith(f"{self._name}_")]

    # opening

    def _open(self) -> None:
        """Open the segments in the folder; none if they cannot be used."""
        for _ in range(_TRIES):
            try:
                self._open_once()
            except FileNotFoundError:
                self._storage.reload()  # another process has replaced the segments
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
                refuse_nonsense(part)
                self.live.append(Live(part, base))
                base += part.doc_count_all()
        state = read_state(self._storage.folder, self._state_name) if self._storage.folder else None
        if state is not None and state.generation == self._generation():
            self._state = state

    def _generation(self) -> str:
        """Return a mark that distinguishes this state of the index from any other; empty without an index."""
        if self._whoosh is None:
            return ""
        return self._storage.token(f"_{self._name}_{self._whoosh.latest_generation()}.toc")

    @property
    def _state_name(self) -> str:
        return f"{self._part}.state"

    # writing

    def refresh(self, note: str = "") -> None:
        """Index the differences from the source, so that every document of the source can be found."""
        if note:  # the note is complete, so the source is not read
            is_current = self._state.generation != "" and self._state.note == note
        else:
            is_current = self._state.is_of(self._source.stamps())
        if self._whoosh is None or not is_current:
            try:
                self._write(note)
            except DamagedError:
                self.rebuild(note)

    def rebuild(self, note: str = "") -> None:
        """Index everything again."""
        self._write(note, from_scratch=True)

    def recover(self, note: str = "") -> None:
        """Use what another process wrote meanwhile; if that is not usable, build everything again."""
        before = self._generation()
        self.close()
        self._storage.reload()
        self._open()
        if self._generation() in {"", before}:
            self.rebuild(note)
        else:
            self.refresh(note)

    def _write(self, note: str, *, from_scratch: bool = False) -> None:
        folder = self._storage.folder if self._storage.writes else None
        if folder is None:
            self._write_once(None, note, from_scratch=from_scratch)
            return
        with folder.writing() as moment:
            if moment is None:  # another process writes
                self._storage.detach()
                self._write_once(None, note, from_scratch=from_scratch)
                return
            self.close()
            self._storage.reload()
            self._open()
            try:
                self._write_once(moment, note, from_scratch=from_scratch)
            except OSError as error:
                self._trouble = f"cannot be written: {error.strerror}"
                self.close()
                self._storage.detach()
                self._open()
                self._write_once(None, note, from_scratch=from_scratch)

    def _write_once(self, moment: int | None, note: str, *, from_scratch: bool) -> None:
        if from_scratch:
            self._storage.hide(self._files())
            self._open_once()
        if self._whoosh is None:
            self._whoosh = FileIndex.create(self._storage, self._schema, self._name)
        try:
            known = update(self._whoosh, self, self._source, self._state, moment)
        except FileNotFoundError as error:
            if from_scratch:
                raise
            raise DamagedError(str(error)) from error  # of the segments that are there, one has lost a file
        self.close()
        state = State.of(self._generation(), note, {} if note else known)
        folder = self._storage.folder
        if moment is not None and folder is not None:
            write_state(folder, self._state_name, state)
            tidy(folder, self._kept(folder))
        self._open_once()
        self._state = state

    def _kept(self, folder: IndexFolder) -> set[str]:
        """Return the names of the files of the present index."""
        others = tuple(f"{part}{VERSION}{sys.byteorder[0]}_" for part in PARTS if part != self._part)
        kept = {name for name in folder.names() if name.removeprefix("_").startswith(others)}
        return kept | {*self._storage.list(), SEALS, *(f"{part}.state" for part in PARTS)}

    def _changed(self) -> list[str]:
        known = self._state.known
        return [key for key, stamp in self._source.stamps().items() if key not in known or known[key].stamp != stamp]
