"""The tickets as they were last read, in one SQLite file, for every file with an unchanged stamp.

The cache is sealed with a checksum and replaced as a whole, so that a reader needs no lock. A ticket file that
changed within a clock tick of being read is not trusted: its stamp could stay the same while its content changes
again. Git has the same rule for its index.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.problem import Problem
from plaintickets.store import checked_sqlite
from plaintickets.store.cached_tickets import COUNTED, StoredTickets, columns_of, texts
from plaintickets.store.files import TICK_NS, digest, id_of
from plaintickets.system.files import create, make_private_folder, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.store.files import Found

    Read = Callable[[Sequence[Found]], list[tuple[Ticket | None, str, list[Problem]]]]

SCHEMA = 9
_PORTION = 2000
_NEW = ".new"
_DEAD_SECONDS = 600  # writing a cache never takes so long
_TABLES = f"""
PRAGMA page_size = 16384;
CREATE TABLE tickets (
    id TEXT, status TEXT, title TEXT, deps TEXT, priority INT, tags TEXT, urgency TEXT,
    path TEXT PRIMARY KEY, parent TEXT, keys TEXT,
    shadowed INT, stamp INT
) WITHOUT ROWID;
CREATE INDEX by_id ON tickets (id);
CREATE INDEX by_status ON tickets (status, shadowed, id, title, deps, priority, tags, urgency);
CREATE INDEX by_deps ON tickets (deps) WHERE deps IS NOT '';
CREATE INDEX by_parent ON tickets (parent) WHERE parent != '';
CREATE TABLE key_names (name TEXT PRIMARY KEY, tickets INT) WITHOUT ROWID;
CREATE TABLE key_values (name TEXT, value TEXT, tickets INT, PRIMARY KEY (name, value)) WITHOUT ROWID;
CREATE TABLE problems (path TEXT, line INT, code TEXT, message TEXT);
CREATE TABLE whole (digest INT);
PRAGMA user_version = {SCHEMA};
"""
# The names of keys with the number of their tickets, updated with every change of a row.
_COUNT_KEYS = "INSERT INTO key_names VALUES (?, ?) ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets"
_FORGET_KEYS = """
UPDATE key_names SET tickets = tickets - 1
WHERE name IN (SELECT key FROM tickets, json_each(tickets.keys) WHERE tickets.path = ?)
"""
# The values of the counted keys likewise, so that completion reads no ticket for them.
_COUNT_VALUES = "INSERT INTO key_values VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets"
_FORGET_VALUES = """
UPDATE key_values SET tickets = tickets - 1
WHERE (name, value) IN (
    SELECT held.key, one.value
    FROM tickets, json_each(tickets.keys) AS held,
        json_each(CASE held.type WHEN 'array' THEN held.value ELSE json_array(held.value) END) AS one
    WHERE tickets.path = ? AND one.type = 'text'
)
"""


def as_left(path: str, folders: Sequence[str]) -> StoredTickets | None:
    """Return the tickets as the last command left them in the cache; None if there is none, or a folder changed since.

    A file that an editor changed in its place is not noticed: that takes a look at every file.
    """
    try:
        written = os.stat(path).st_mtime_ns
        if any(os.stat(folder).st_mtime_ns >= written for folder in folders):
            return None
        connection = _opened(path)
        return None if connection is None else StoredTickets(connection)
    except (OSError, sqlite3.Error):
        return None


def read_cached(
    path: str, files: Sequence[Found], read: Read, *, keeps: bool = True
) -> tuple[StoredTickets, list[Problem], set[str]] | None:
    """Return the tickets of these files, the problems, and the unreadable ids; None without a usable cache.

    `read` is called for files that are not in the cache in their present state. It returns, for each, the ticket or
    None, the path, and the problems. Without `keeps` a cache of another state is updated in memory only.
    """
    connection = _opened(path)
    try:
        if connection is None or connection.execute("SELECT digest FROM whole").fetchone() != (digest(files),):
            connection = _renewed(path, connection, files, read) if keeps else _updated(connection, files, read)
        if connection is None:
            return None
        problems = [Problem(*row) for row in connection.execute("SELECT path, line, code, message FROM problems")]
        broken = {id_of(row[0]) for row in connection.execute("SELECT path FROM tickets WHERE status = ''")}
        return StoredTickets(connection), problems, broken
    except sqlite3.Error:
        return None


def _opened(path: str) -> sqlite3.Connection | None:
    """Return a connection to the cache; None if the file cannot be used or has another schema."""
    connection = checked_sqlite.opened(path)
    if connection is not None and connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
        connection.close()
        return None
    return connection


def _renewed(
    path: str, old: sqlite3.Connection | None, files: Sequence[Found], read: Read
) -> sqlite3.Connection | None:
    """Replace the cache by one of the present files; return None if the disk refuses it."""
    # A unique name, so that no other process writes to this file.
    temporary = f"{path}.{os.getpid()}-{time.time_ns()}{_NEW}"
    try:
        make_private_folder(os.path.dirname(path))
        _drop_leavings(path)
        os.close(create(temporary))
        _write(temporary, old, files, read)
        if old is not None:
            old.close()
        return checked_sqlite.put(temporary, path)
    except (OSError, sqlite3.Error, UnicodeEncodeError):
        with contextlib.suppress(OSError):
            remove(temporary)
        return None
    finally:
        if old is not None:
            old.close()


def _updated(old: sqlite3.Connection | None, files: Sequence[Found], read: Read) -> sqlite3.Connection | None:
    """Return a copy of a cache in memory, updated to the present files; None without a cache."""
    if old is None:
        return None
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    old.backup(connection)
    old.close()
    _refresh(connection, files, read)
    return connection


def _drop_leavings(path: str) -> None:
    """Remove files of crashed processes, and of older versions that changed the cache in place."""
    folder, name = os.path.split(path)
    for found in os.listdir(folder):
        is_old = found.startswith(name) and found.endswith(_NEW)
        if is_old or found in (name + "-wal", name + "-shm"):
            with contextlib.suppress(OSError):
                left = os.path.join(folder, found)
                if not is_old or time.time() - os.lstat(left).st_mtime > _DEAD_SECONDS:
                    remove(left)


def _write(path: str, old: sqlite3.Connection | None, files: Sequence[Found], read: Read) -> None:
    """Write a cache of the present files, using the valid rows of the old one.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        if old is not None:
            old.backup(connection)
        else:
            connection.executescript(_TABLES)
        _refresh(connection, files, read)
    finally:
        connection.close()


def _refresh(connection: sqlite3.Connection, files: Sequence[Found], read: Read) -> None:
    """Update the rows to the present files."""
    known = dict(connection.execute("SELECT path, stamp FROM tickets").fetchall())
    stale = [file for file in files if known.get(file[0]) != hash(file[1:])]
    gone = known.keys() - {file[0] for file in files}
    connection.execute("BEGIN")
    left = [(path,) for path in (*gone, *(file[0] for file in stale)) if path in known]
    connection.executemany(_FORGET_KEYS, left)
    connection.executemany(_FORGET_VALUES, left)
    connection.executemany("DELETE FROM tickets WHERE path = ?", left)
    connection.executemany("DELETE FROM problems WHERE path = ?", left)
    racy = False
    # Insert in batches, so that a first reading of 100,000 tickets does not keep all of them in memory.
    for start in range(0, len(stale), _PORTION):
        portion = stale[start : start + _PORTION]
        now = time.time_ns()
        racy |= _insert(connection, portion, read(portion), now)
    _mark_shadowed(connection)
    connection.execute("DELETE FROM key_names WHERE tickets = 0")
    connection.execute("DELETE FROM key_values WHERE tickets = 0")
    connection.execute("DELETE FROM whole")
    if not racy:
        connection.execute("INSERT INTO whole VALUES (?)", (digest(files),))
    connection.execute("COMMIT")


def _insert(
    connection: sqlite3.Connection,
    stale: Sequence[Found],
    fresh: Sequence[tuple[Ticket | None, str, list[Problem]]],
    now: int,
) -> bool:
    """Store what was read; return whether a file is too new for its stamp to be trusted."""
    rows: list[tuple[object, ...]] = []
    problems: list[Problem] = []
    racy = False
    counts: Counter[str] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    for file, (ticket, path, found) in zip(stale, fresh, strict=True):
        stamp: int | None = hash(file[1:])
        if max(file[1:3]) > now - TICK_NS:
            stamp, racy = None, True
        problems += found
        if ticket is None:
            rows.append((id_of(path), "", "", "", None, "", "", path, "", "{}", 0, stamp))
            continue
        counts.update(list(ticket.keys))
        values.update((name, value) for name in COUNTED & ticket.keys.keys() for value in {*texts(ticket.keys[name])})
        listed, rest = columns_of(ticket)
        rows.append((*listed, *rest, 0, stamp))
    connection.executemany("INSERT INTO tickets VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)
    connection.executemany(_COUNT_KEYS, counts.items())
    connection.executemany(_COUNT_VALUES, ((*held, number) for held, number in values.items()))
    connection.executemany("INSERT INTO problems VALUES (?,?,?,?)", problems)
    return racy


def _mark_shadowed(connection: sqlite3.Connection) -> None:
    """Mark files as shadowed if another file with the same id, outside the archive, comes first; add a problem."""
    connection.execute("DELETE FROM problems WHERE code = 'duplicate-id'")
    connection.execute("UPDATE tickets SET shadowed = 0 WHERE shadowed = 1")
    doubles = connection.execute(
        "SELECT id, path FROM tickets WHERE status != '' AND id IN "
        "(SELECT id FROM tickets GROUP BY id HAVING count(*) > 1)"
    ).fetchall()
    first: dict[str, str] = {}
    for row in sorted(doubles, key=lambda row: (row[0], row[1].count("/"), row[1])):
        kept = first.setdefault(row[0], row[1])
        if kept != row[1]:
            message = f"the id '{row[0]}' also stands at {kept}"
            connection.execute("UPDATE tickets SET shadowed = 1 WHERE path = ?", (row[1],))
            connection.execute("INSERT INTO problems VALUES (?, 0, 'duplicate-id', ?)", (row[1], message))
