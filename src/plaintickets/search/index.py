"""The index of the tickets' words: brought up to date from the files, never asked for more than ids and scores.

Readers take what the manifest names; a writer adds a part, replaces the manifest, then removes what
is no longer named. What cannot be written, now or ever, is indexed in memory for this one answer.
"""

from __future__ import annotations

import contextlib
import os
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from plaintickets.search.folder import FolderError, IndexFolder, stamp_of
from plaintickets.search.manifest import DIGEST, UNSETTLED, Manifest, Part, read_manifest
from plaintickets.search.segment import DamagedError, MemorySegment, Segment, TableSegment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.search.folder import Stamp
    from plaintickets.search.schema import Entry

MANIFEST = "manifest"
PART_SIZE = 5_000_000  # numbers held in memory before a part is written, some 9,000 tickets
SMALL = 64  # tickets up to which the newest parts are written anew together with what changed
MOST_PARTS = 32
_TRIES = 5


class Source(Protocol):
    """Where the tickets come from."""

    def stamps(self) -> Mapping[str, Stamp]:
        """The state of the file of every readable ticket, by path."""

    def load(self, path: str) -> tuple[Stamp, Entry] | None:
        """The state of a file, taken before reading it, and its texts; None where it cannot be read."""

    def progress(self, done: int, total: int) -> None:
        """Is told now and then how much of a refresh is done."""


class State(NamedTuple):
    """What `tk index` shows."""

    path: str
    tickets: int
    pending: int
    parts: int
    bytes: int
    written: float | None
    trouble: str


class Live(NamedTuple):
    """A part with the number of its first ticket and the tickets in it that are superseded."""

    segment: Segment
    base: int
    dead: frozenset[int]


class Indexed(NamedTuple):
    """Which state of which ticket is indexed."""

    path: str
    stamp: Stamp
    digest: bytes


class Batch:
    """Tickets that will be one part."""

    def __init__(self) -> None:
        self.segment = MemorySegment()
        self.held: list[Indexed] = []


class SearchIndex:
    """An index of the tickets of a source; `folder` None keeps it in memory. `live` are the parts to search."""

    def __init__(self, source: Source, folder: IndexFolder | None, trouble: str = "") -> None:
        self._source, self._folder, self._trouble = source, folder, trouble
        self._manifest = Manifest([], [], [], [])
        self._segments: list[Segment] = []
        self.live: list[Live] = []
        self._number: dict[str, int] = {}
        self._saved = False
        self._load()

    @classmethod
    def at(cls, source: Source, *places: tuple[str, ...]) -> SearchIndex:
        """The index in the first place (a folder, and names below it) that can be used."""
        trouble = ""
        for place in places:
            try:
                return cls(source, IndexFolder(*place), trouble)
            except FolderError as error:
                trouble = trouble or str(error)
        return cls(source, None, trouble)

    def refresh(self) -> None:
        """Indexes what differs from the source; afterwards every ticket of the source can be found."""
        if not self._changed():
            self._settle()
            return
        if self._folder is None:
            self._update(None)
        else:
            with self._folder.writing() as moment:
                if moment is not None:
                    self._load()
                self._update(moment)
        self._settle()

    def rebuild(self) -> None:
        """Indexes everything anew."""
        self._forget()
        if self._folder is None:
            self._update(None)
        else:
            with self._folder.writing() as moment:
                self._update(moment)
        self._settle()

    def recover(self) -> None:
        """Builds everything in memory, after a part turned out to be damaged; the damaged files are let go."""
        folder, self._folder = self._folder, None
        if folder is not None:
            with folder.writing() as moment:
                if moment is not None:
                    folder.tidy(set())
        self._forget()
        self._update(None)
        self._settle()

    def check(self) -> None:
        """Raises DamagedError where what was searched was written to meanwhile: then what was found may be wrong."""
        for segment in self._segments:
            if isinstance(segment, TableSegment):
                segment.check()

    def state(self) -> State:
        """What there is, before a refresh."""
        size, written = 0, None
        if self._folder is not None:
            for name in [part.name for part in self._manifest.parts] + [MANIFEST]:
                with contextlib.suppress(OSError):
                    found = os.stat(os.path.join(self._folder.path, name))
                    size, written = size + found.st_size, max(written or 0.0, found.st_mtime)
        held = sum(path != "" for path in self._manifest.paths)
        path = self._folder.path if self._folder else ""
        return State(path, held, len(self._changed()), len(self._segments), size, written, self._trouble)

    @property
    def count(self) -> int:
        """How many tickets can be found."""
        return len(self._number)

    def number_of(self, path: str) -> int:
        """The number that postings know a ticket by, -1 for one that is not indexed."""
        return self._number.get(path, -1)

    def path_of(self, number: int) -> str:
        """The path of a ticket by its number."""
        return self._manifest.paths[number]

    def _changed(self) -> list[str]:
        known = dict(zip(self._manifest.paths, self._manifest.stamps, strict=True))
        stamps = self._source.stamps()
        return [] if known == stamps else [path for path, stamp in stamps.items() if known.get(path) != stamp]

    # what is there

    def _load(self) -> None:
        """Takes what the folder holds, nothing where that cannot be used."""
        self._forget()
        folder = self._folder
        for _ in range(_TRIES):
            if folder is None:
                return
            try:
                with folder.open(MANIFEST) as file:
                    manifest = read_manifest(file.read())
                self._segments = [_opened(folder, part) for part in manifest.parts]
            except FileNotFoundError as error:
                if error.filename and str(error.filename).endswith(MANIFEST):
                    return
                continue  # another process has just replaced the parts
            except (DamagedError, FolderError, OSError) as error:
                self._trouble = str(error) or "damaged or of another version: it is built anew"
                return
            self._manifest, self._saved = manifest, True
            return

    def _forget(self) -> None:
        for segment in self._segments:
            if isinstance(segment, TableSegment):
                segment.close()
        self._manifest, self._segments, self.live, self._saved = Manifest([], [], [], []), [], [], False

    # what changed

    def _update(self, moment: int | None) -> None:
        stamps = self._source.stamps()
        changed = set(self._changed())
        paths = self._manifest.paths
        touched = False
        for number, path in enumerate(paths):
            if path and path not in stamps:
                paths[number], touched = "", True
        touched |= self._index(sorted(changed), moment) > 0
        if self._folder is not None and moment is not None and (touched or not self._saved):
            self._save(self._folder)

    def _outworn(self, changes: int) -> list[Indexed]:
        """Takes away small parts at the end, and with too many parts all but the large ones; the tickets they held."""
        parts, paths, stamps, digests = self._manifest
        total, keep = changes, len(parts)
        if paths.count("") > max(SMALL, len(paths) // 2):
            keep = 0
        while keep and total + parts[keep - 1].tickets <= SMALL:
            keep -= 1
            total += parts[keep].tickets
        if len(parts) > MOST_PARTS:
            largest = max(part.tickets for part in parts)
            keep = next((place for place, part in enumerate(parts) if part.tickets * MOST_PARTS < largest), keep)
        start = sum(part.tickets for part in parts[:keep])
        columns = zip(paths[start:], stamps[start:], digests[start:], strict=True)
        again = [Indexed(*row) for row in columns if row[0]]
        for segment in self._segments[keep:]:
            if isinstance(segment, TableSegment):
                segment.close()
        del parts[keep:], self._segments[keep:], paths[start:], stamps[start:], digests[start:]
        return again

    def _index(self, work: list[str], moment: int | None) -> int:
        """Indexes these tickets; how many of them. One whose words are as they were is only stamped."""
        _, paths, stamps, digests = self._manifest
        where = {path: number for number, path in enumerate(paths) if path}
        batch = Batch()
        for done, path in enumerate(work, 1):
            loaded, old = self._source.load(path), where.get(path, -1)
            if loaded is not None:
                stamp, entry = loaded
                stamp = UNSETTLED if moment is not None and stamp[1] >= moment else stamp
                digest = digest_of(entry)
                if old >= 0 and digests[old] == digest:
                    stamps[old] = stamp
                    continue
                batch = self._batched(batch, Indexed(path, stamp, digest), entry, moment)
            if old >= 0:
                paths[old] = ""
            self._source.progress(done, len(work))
        for indexed in self._outworn(len(batch.held)) if batch.held and moment is not None else ():
            loaded = self._source.load(indexed.path)
            if loaded is not None and digest_of(loaded[1]) == indexed.digest:
                batch = self._batched(batch, indexed, loaded[1], moment)
        if batch.held:
            self._add(batch, moment)
        return len(work)

    def _batched(self, batch: Batch, indexed: Indexed, entry: Entry, moment: int | None) -> Batch:
        """The batch with one more ticket, or a new one where that made it a part."""
        batch.segment.add(entry)
        batch.held.append(indexed)
        if batch.segment.size <= PART_SIZE:
            return batch
        self._add(batch, moment)
        return Batch()

    def _add(self, batch: Batch, moment: int | None) -> None:
        """Adds a part, as a file where that can be done."""
        self._manifest.paths.extend(indexed.path for indexed in batch.held)
        self._manifest.stamps.extend(indexed.stamp for indexed in batch.held)
        self._manifest.digests.extend(indexed.digest for indexed in batch.held)
        segment = batch.segment
        kept: Segment = segment
        part = Part("", segment.count, UNSETTLED, "")
        if moment is not None and self._folder is not None and all(known.name for known in self._manifest.parts):
            name = f"part-{os.urandom(8).hex()}"
            try:
                self._folder.write(name, segment.write)
                with self._folder.open(name) as file:
                    digest = _digest_of_file(file)
                    part = Part(name, segment.count, stamp_of(file), digest)
                kept = _opened(self._folder, part)
            except (OSError, FolderError, DamagedError) as error:
                self._trouble = f"cannot be written: {error}"
        self._manifest.parts.append(part)
        self._segments.append(kept)
        if part.name and self._folder is not None:
            self._save(self._folder)

    def _save(self, folder: IndexFolder) -> None:
        """Puts the manifest of the parts that are files."""
        parts = [part for part in self._manifest.parts if part.name]
        held = sum(part.tickets for part in parts)
        _, paths, stamps, digests = self._manifest
        manifest = Manifest(parts, paths[:held], stamps[:held], digests[:held])
        try:
            content = manifest.to_bytes()
            folder.write(MANIFEST, lambda file: file.write(content))
            folder.tidy({MANIFEST, *(part.name for part in parts)})
            self._saved = True
        except OSError as error:
            self._trouble = f"cannot be written: {error.strerror}"

    def _settle(self) -> None:
        """Works out which tickets of which part can be found."""
        stamps, paths = self._source.stamps(), self._manifest.paths
        self._number = {path: number for number, path in enumerate(paths)}
        for path in self._number.keys() - stamps.keys():
            del self._number[path]
        dead: list[int] = []
        if len(self._number) < len(paths):
            dead = sorted(set(range(len(paths))) - set(self._number.values()))
        self.live, base = [], 0
        for segment in self._segments:
            end = base + segment.count
            self.live.append(Live(segment, base, frozenset(number - base for number in dead if base <= number < end)))
            base = end


def _opened(folder: IndexFolder, part: Part) -> TableSegment:
    """The segment of a part; raises DamagedError where its file is not the one that was written."""
    file = folder.open(part.name)
    if stamp_of(file) != tuple(part.stamp):
        if _digest_of_file(file) != part.digest:
            file.close()
            raise DamagedError
        file.seek(0)
    return TableSegment(file, part.tickets)


def _digest_of_file(file: BinaryIO) -> str:
    digest = blake2b(digest_size=DIGEST)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def digest_of(entry: Entry) -> bytes:
    """The identity of what is indexed of a ticket."""
    whole = "\x01".join("\x00".join(texts) for texts in entry)
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()
