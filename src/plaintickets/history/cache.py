"""The cache of the history, kept by commit, so that only new commits are read the next time.

The file can be deleted at any time. It is read only if the user owns the file and its folder. It is rebuilt if it is
damaged, newer than this program, or made under other conditions.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.history.cache_tables import Rows
from plaintickets.history.commit_graph import TangledError
from plaintickets.store.private_files import is_private, make_private
from plaintickets.system.files import remove

if TYPE_CHECKING:
    from plaintickets.history.log_parser import GitReader
    from plaintickets.history.timeline import History, Reading

SCHEMA = 7
NAME = "history.sqlite"
# Not damage: another process has the file, the disk is full, or the folder cannot be written.
_PASSING = frozenset(
    (
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM),
    )
)
_OID_SIZES = (40, 64)


class Request:
    """A request for the history, with the conditions under which the cache is valid."""

    def __init__(self, git: GitReader, prefix: str, rev: str, shallow: frozenset[str], max_bytes: int) -> None:
        self.git, self.prefix, self.rev, self.shallow, self.max_bytes = git, prefix, rev, shallow, max_bytes

    @property
    def conditions(self) -> str:
        """Return the conditions; two caches with equal conditions hold the same rows for a commit."""
        return repr((SCHEMA, self.prefix, sorted(self.shallow), self.max_bytes))


def read(
    git: GitReader,
    prefix: str,
    rev: str,
    ticket: str | None,
    folder: str,
    shallow: frozenset[str],
    max_bytes: int,
    *,
    warm_only: bool = False,
) -> History | None:
    """Return the history from the cache in `folder`, brought up to date; None if no cache is possible.

    With `warm_only`, return an answer only if something was read before.
    """
    asked = Request(git, prefix, rev, shallow, max_bytes)
    path = os.path.join(folder, NAME)
    for _ in range(2):
        if not is_private(path) and (warm_only or not make_private(path)):
            return None
        try:
            return _read(asked, path, ticket, warm_only=warm_only)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _PASSING or not _removed(path):
                return None
    return None


def _removed(path: str) -> bool:
    try:
        remove(path)
    except OSError:
        return False
    return True


def _read(asked: Request, path: str, ticket: str | None, *, warm_only: bool) -> History | None:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        rows = Rows(connection)
        tip = rows.tip(asked.conditions)
        if warm_only and not tip:
            return None
        head = _resolved(asked)
        if head == tip and head:
            return _answer(rows, ticket, asked.shallow)
        if not head:
            from plaintickets.history.timeline import History

            return History([], frozenset())
        writable = _begin(connection)
        if not writable:
            # Another process writes, or the file is read-only: do the same in memory only.
            rows = Rows(_copied(connection))
        history = _refreshed(asked, rows, head, ticket)
        if writable:
            connection.execute("COMMIT")
        return history
    finally:
        connection.close()


def _begin(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _copied(connection: sqlite3.Connection) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(memory)
    return memory


def _resolved(asked: Request) -> str:
    """Return the requested commit; empty on a branch without commits."""
    from plaintickets.history.timeline import is_unborn

    if len(asked.rev) in _OID_SIZES and not asked.rev.strip("0123456789abcdef"):
        return asked.rev
    try:
        name = f"{asked.rev}^{{commit}}"
        return asked.git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", name]).decode().split()[-1]
    except (GitRefusedError, IndexError):
        is_unborn(asked.git, asked.rev)
        return ""


def _refreshed(asked: Request, rows: Rows, head: str, ticket: str | None) -> History:
    """Read what is new since the tip, which is looked up again under the lock; forget removed commits."""
    from plaintickets.history.timeline import scan

    tip = rows.tip(asked.conditions)
    reading = _continued(asked, rows, head, tip) if tip else None
    if reading is None or not (reading.book.knows(head) or rows.rank(head) is not None):
        rows.reset(asked.conditions)
        reading = scan(asked.git, (asked.prefix,), head, rows, asked.max_bytes)
    rows.store(reading, "" if reading.lacks else head)
    history = _answer(rows, ticket, asked.shallow)
    history.complete = history.complete and not reading.lacks
    return history


def _continued(asked: Request, rows: Rows, head: str, tip: str) -> Reading | None:
    """Return what is new since the tip; None if everything has to be read again."""
    from plaintickets.history.store_moves import held
    from plaintickets.history.timeline import scan_range

    former = rows.former()
    prefixes = (asked.prefix, *former)
    try:
        if held(asked.git, [head], former):
            return None
        reading = scan_range(asked.git, prefixes, [f"{head}...{tip}"], rows, asked.max_bytes)
    except (GitRefusedError, TangledError):
        return None
    return reading if reading.prefixes == prefixes else None


def _answer(rows: Rows, ticket: str | None, shallow: frozenset[str]) -> History:
    from plaintickets.history.timeline import History, timeline

    touched, revisions = rows.read(ticket)
    events = timeline(touched, revisions, ticket)
    if ticket is not None:
        return History(events, shallow.intersection(event.commit for event in events))
    return History(events, frozenset(oid for oid in shallow if rows.rank(oid) is not None))
