"""The tables of the cache of events."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any
from zlib import crc32

from plaintickets.core.event import Revision
from plaintickets.core.texthunks import Hunk
from plaintickets.history.commit_graph import TangledError
from plaintickets.history.file_changes import FileChange
from plaintickets.history.renames import related

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.replay import Happening
    from plaintickets.history.timeline import Reading

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE graph (oid BLOB PRIMARY KEY, parents BLOB NOT NULL, rank INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE revisions (oid BLOB PRIMARY KEY, name TEXT, email TEXT, date INTEGER, committed INTEGER,
  subject TEXT, trailers TEXT, is_merge INTEGER, sum INTEGER) WITHOUT ROWID;
CREATE TABLE touches (rank INTEGER, oid BLOB, ticket BLOB, comment BLOB, was BLOB, old BLOB, new BLOB,
  flags INTEGER, happenings TEXT, sum INTEGER);
CREATE INDEX touches_ticket ON touches (ticket);
CREATE INDEX touches_oid ON touches (oid);
CREATE INDEX touches_was ON touches (was, ticket) WHERE was != x'';
"""
_COLUMNS = "rank, oid, ticket, comment, was, old, new, flags, happenings, sum"


class Rows:
    """The rows of one cache file, also used as the past on which a commit graph builds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tip(self, conditions: str) -> str:
        """Return the newest commit that the rows cover; empty if they are for other conditions."""
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()
        if not tables[0]:
            return ""
        meta = dict(self._connection.execute("SELECT name, value FROM meta"))
        return str(meta.get("tip", "")) if meta.get("conditions") == conditions else ""

    def reset(self, conditions: str) -> None:
        """Drop everything and create empty tables."""
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            quoted = str(name).replace('"', '""')
            self._connection.execute(f'DROP TABLE "{quoted}"')
        for statement in _TABLES.split(";"):
            self._connection.execute(statement)
        self._connection.execute("INSERT INTO meta VALUES ('conditions', ?)", (conditions,))

    def rank(self, oid: str) -> int | None:
        """Return the rank of a commit."""
        row = self._connection.execute("SELECT rank FROM graph WHERE oid = ?", (bytes.fromhex(oid),)).fetchone()
        return int(row[0]) if row else None

    def parents(self, oid: str) -> tuple[str, ...]:
        """Return the parents of a commit."""
        row = self._connection.execute("SELECT parents FROM graph WHERE oid = ?", (bytes.fromhex(oid),)).fetchone()
        if not row:
            return ()
        size = len(oid) // 2
        return tuple(row[0][at : at + size].hex() for at in range(0, len(row[0]), size))

    def touches(self, ticket: str) -> list[FileChange]:
        """Return the file changes of an id."""
        query = f"SELECT {_COLUMNS} FROM touches WHERE ticket = ?"  # noqa: S608 - constant column names
        return [_touch(row) for row in self._connection.execute(query, (_name(ticket),))]

    def renamings(self) -> list[tuple[str, str]]:
        """Return all renames, as old and new id."""
        rows = self._connection.execute("SELECT was, ticket FROM touches WHERE was != x''")
        return [(_text(was), _text(ticket)) for was, ticket in rows]

    def holds_tickets(self) -> bool:
        """Return whether there is any file change."""
        return self._connection.execute("SELECT 1 FROM touches LIMIT 1").fetchone() is not None

    def former(self) -> tuple[str, ...]:
        """Return the former folders of the store."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'former'").fetchone()
        return tuple(json.loads(row[0])) if row else ()

    def forget(self, oids: list[str]) -> None:
        """Drop the rows of these commits.

        Git itself can report a commit as unreachable although it is reachable, if clocks were wrong.

        Raises TangledError if a commit that stays builds on one of them.
        """
        if not oids:
            return
        keys = [(bytes.fromhex(oid),) for oid in oids]
        for table in ("graph", "revisions", "touches"):
            self._connection.executemany(f"DELETE FROM {table} WHERE oid = ?", keys)  # noqa: S608
        gone = set(oids)
        size = len(oids[0]) // 2
        for (parents,) in self._connection.execute("SELECT parents FROM graph"):
            if any(parents[at : at + size].hex() in gone for at in range(0, len(parents), size)):
                raise TangledError

    def store(self, reading: Reading, tip: str) -> None:
        """Add the result of a reading; the rows then cover the history up to `tip`."""
        touches = reading.book.new()
        changing = {touch.commit for touch in touches}
        revisions = (revision for oid, revision in reading.revisions().items() if oid in changing)
        self.add_commits(reading.book.graph(), revisions)
        self.add_changes(touches)
        self.cover(tip, reading.prefixes[1:])

    def add_commits(self, graph: Iterable[tuple[str, tuple[str, ...], int]], revisions: Iterable[Revision]) -> None:
        """Add commits with parents and rank, and those of them that have file changes."""
        insert = self._connection.executemany
        rows = ((_blob(oid), bytes.fromhex("".join(parents)), rank) for oid, parents, rank in graph)
        insert("INSERT OR REPLACE INTO graph VALUES (?, ?, ?)", rows)
        insert("INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_revision_row, revisions))

    def add_changes(self, touches: Iterable[FileChange]) -> None:
        """Add file changes of commits that are added as well."""
        insert = self._connection.executemany
        insert("INSERT INTO touches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_touch_row, touches))

    def cover(self, tip: str, former: tuple[str, ...]) -> None:
        """Say that the rows cover the history up to `tip`, with these former folders of the store."""
        meta = [("tip", tip), ("former", json.dumps(former))]
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta)

    def read(self, ticket: str | None) -> tuple[list[FileChange], dict[str, Revision]]:
        """Return the file changes of one ticket under all its ids, or of all, in order, with their commits.

        Raises sqlite3.DatabaseError if rows are damaged.
        """
        if ticket is None:
            query = f"SELECT {_COLUMNS} FROM touches ORDER BY rank, oid, ticket, comment"  # noqa: S608
            found = [_touch(row) for row in self._connection.execute(query)]
            commits: Iterator[sqlite3.Cursor] = iter([self._connection.execute("SELECT * FROM revisions")])
        else:
            found = [touch for name in related(self.renamings(), ticket) for touch in self.touches(name)]
            found.sort(key=lambda touch: (touch.rank, touch.commit, touch.ticket, touch.comment))
            query = "SELECT * FROM revisions WHERE oid = ?"
            wanted = dict.fromkeys(_blob(touch.commit) for touch in found)
            commits = (self._connection.execute(query, (oid,)) for oid in wanted)
        revisions = {known.commit: known for cursor in commits for known in map(_revision, cursor)}
        if not revisions.keys() >= {touch.commit for touch in found if touch.happenings}:
            raise sqlite3.DatabaseError("commits are missing")
        return found, revisions


def _blob(oid: str) -> bytes:
    return bytes.fromhex(oid)


def _name(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _summed(*row: object) -> tuple[object, ...]:
    """Return a row with its checksum, because SQLite keeps none."""
    return (*row, crc32(repr(row).encode("utf-8", "surrogatepass")))


def _whole(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row without its checksum.

    Raises sqlite3.DatabaseError if the checksum belongs to another row.
    """
    if _summed(*row[:-1]) != row:
        raise sqlite3.DatabaseError("damaged row")
    return row[:-1]


def _revision_row(revision: Revision) -> tuple[object, ...]:
    texts = (revision.author, revision.email, revision.date, revision.committed, revision.subject, revision.trailers)
    return _summed(_blob(revision.commit), *texts, int(revision.is_merge))


def _touch_row(touch: FileChange) -> tuple[object, ...]:
    names = (_name(touch.ticket), _name(touch.comment), _name(touch.was), touch.old.encode(), touch.new.encode())
    flags = touch.by_merge + 2 * touch.joins
    return _summed(touch.rank, _blob(touch.commit), *names, flags, json.dumps(touch.happenings, separators=(",", ":")))


def _revision(row: tuple[Any, ...]) -> Revision:
    """Return the revision that a row holds.

    Raises sqlite3.DatabaseError for an invalid row.
    """
    oid, name, email, date, committed, subject, trailers, is_merge = _whole(row)
    return Revision(oid.hex(), name, email, date, committed, subject, trailers, bool(is_merge))


def _touch(row: tuple[Any, ...]) -> FileChange:
    """Return the file change that a row holds.

    Raises sqlite3.DatabaseError for an invalid row.
    """
    rank, oid, ticket, comment, was, old, new, flags, events = _whole(row)
    names = (_text(ticket), _text(comment), _text(was), old.decode(), new.decode())
    found: list[Happening] = []
    for kind, field, before, after, hunks in json.loads(events):
        lines = tuple(Hunk(start, tuple(removed), tuple(added)) for start, removed, added in hunks)
        found.append((kind, field, before, after, lines))
    return FileChange(rank, oid.hex(), *names, bool(flags & 1), flags >> 1, found)
