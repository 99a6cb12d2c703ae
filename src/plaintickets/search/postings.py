"""The words of all tickets in one SQLite file: which tickets hold a word, and each one's words.

Every blob ends in its CRC-32, the schema is compared on opening, and whatever does not fit is
`CorruptError`: the caller starts afresh. Numbers are stored in this machine's byte order, which
is part of the version.
"""

from __future__ import annotations

import sqlite3
import sys
import zlib
from array import array
from typing import TYPE_CHECKING

from plaintickets.core.similar import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

VERSION = f"1 {sys.byteorder} {array('I').itemsize}"
BLOCK = 8192  # tickets whose postings of one term share a row
_PAGES = -200_000  # KiB of page cache: a first build must not spill, or readers would wait
_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE ticket (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, identity TEXT NOT NULL)",
    (
        "CREATE TABLE words (number INTEGER PRIMARY KEY, id TEXT NOT NULL, shape TEXT NOT NULL,"
        " created REAL, component TEXT NOT NULL, type TEXT NOT NULL,"
        " titles INTEGER NOT NULL, bodies INTEGER NOT NULL, held BLOB NOT NULL)"
    ),
    "CREATE TABLE term (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    (
        "CREATE TABLE posting (term INTEGER NOT NULL, block INTEGER NOT NULL, held BLOB NOT NULL,"
        " PRIMARY KEY (term, block)) WITHOUT ROWID"
    ),
)


class CorruptError(Exception):
    """The file is not an index of this version, or is damaged."""


def seal(payload: bytes) -> bytes:
    """The payload with its checksum."""
    return payload + zlib.crc32(payload).to_bytes(4, "big")


def unseal(blob: object) -> bytes:
    """The payload of a sealed blob; CorruptError if it is not one."""
    if not isinstance(blob, bytes) or len(blob) < 4:
        raise CorruptError
    if zlib.crc32(blob[:-4]) != int.from_bytes(blob[-4:], "big"):
        raise CorruptError
    return blob[:-4]


def connect(path: PathLike[str] | str | None) -> sqlite3.Connection:
    """An open index with its tables, in memory without a path; CorruptError, sqlite3.Error."""
    place = ":memory:" if path is None else str(path)
    connection = sqlite3.connect(place, timeout=0.1, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute(f"PRAGMA cache_size={_PAGES}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        _check(connection)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (CorruptError, sqlite3.DatabaseError) as error:
        connection.close()
        raise CorruptError from error
    return connection


def _check(connection: sqlite3.Connection) -> None:
    found = sorted(row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    if not found:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for table in _TABLES:
                connection.execute(table.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
            row = ("version", VERSION.encode())
            connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", row)
        finally:
            connection.execute("COMMIT")
        return
    version = connection.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
    if found != sorted(_TABLES) or version is None or version[0] != VERSION.encode():
        raise CorruptError


def copy_to_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The same index in memory, for a folder that cannot be written; an empty one if damaged."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA trusted_schema=OFF")
        _check(copy)
    except (CorruptError, sqlite3.Error):
        copy.close()
        return connect(None)
    return copy


def read_bytes(connection: sqlite3.Connection, name: str) -> bytes:
    """One of the arrays that cover all terms or all tickets; empty when never written."""
    row = connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return b"" if row is None else _whole(unseal(row[0]), 4)


def write_bytes(connection: sqlite3.Connection, name: str, values: bytes) -> None:
    """Keep an array under a name."""
    connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, seal(values)))


def _whole(payload: bytes, size: int) -> bytes:
    if len(payload) % size:
        raise CorruptError
    return payload


def split_words(blob: object, titles: int, bodies: int) -> Words:
    """The terms of one ticket."""
    payload = unseal(blob)
    size = 4 * (titles + bodies)
    if len(payload) != size + bodies or min(titles, bodies) < 0:
        raise CorruptError
    numbers: array[int] = array("I")
    numbers.frombytes(payload[:size])
    both = numbers.tolist()
    return Words(both[:titles], both[titles:], payload[size:])


def join_words(words: Words) -> bytes:
    """The blob that `split_words` reads."""
    return seal(array("I", [*words.title, *words.body]).tobytes() + words.counts)


def split_posting(blob: object) -> tuple[array[int], bytes]:
    """The places in the block, ascending, and the impacts, 1 to 255, of one row of postings."""
    payload = _whole(unseal(blob), 3)
    count = len(payload) // 3
    places: array[int] = array("H")
    places.frombytes(payload[: 2 * count])
    return places, payload[2 * count :]


def postings_of(connection: sqlite3.Connection, term: int) -> Iterator[tuple[int, array[int], bytes]]:
    """The rows of one term: the first ticket's number of the block, places, impacts."""
    rows = connection.execute("SELECT block, held FROM posting WHERE term = ?", (term,))
    for block, blob in rows:
        places, impacts = split_posting(blob)
        yield block * BLOCK, places, impacts


Change = dict[int, "array[int]"]  # term -> place << 8 | impact, the last word counts, 0 removes


def apply(connection: sqlite3.Connection, block: int, change: Change, *, fresh: bool) -> None:
    """Write what changed in the postings of one block, merging unless the block is new."""
    connection.executemany(
        "INSERT OR REPLACE INTO posting VALUES (?, ?, ?)",
        (
            (term, block, _merged(None if fresh else _held(connection, term, block), packed))
            for term, packed in sorted(change.items())
        ),
    )


def _held(connection: sqlite3.Connection, term: int, block: int) -> bytes | None:
    row = connection.execute("SELECT held FROM posting WHERE term = ? AND block = ?", (term, block)).fetchone()
    return None if row is None else bytes(row[0])


def _merged(held: bytes | None, packed: array[int]) -> bytes:
    impacts: dict[int, int] = {}
    if held is not None:
        impacts.update(zip(*split_posting(held), strict=True))
    for one in packed:
        impacts[one >> 8] = one & 255
    ordered = sorted(impacts.items()) if held is not None else list(impacts.items())
    kept = [pair for pair in ordered if pair[1]]
    return seal(array("H", [p for p, _ in kept]).tobytes() + bytes([i for _, i in kept]))


def numbers_of(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """The numbers of those of the terms that the index knows."""
    found: dict[str, int] = {}
    for name in names:
        row = connection.execute("SELECT number FROM term WHERE name = ?", (name,)).fetchone()
        if row is not None:
            found[name] = row[0]
    return found
