"""SQLite files with a checksum, which SQLite itself does not keep; they are written once, then only read."""

from __future__ import annotations

import os
import sqlite3
from zlib import crc32

from plaintickets.system import files

# The offset of the application id, four bytes of the header that SQLite leaves to the application.
_PLACE, _LENGTH = 68, 4
_CHUNK = 1 << 16  # larger pieces take fresh memory for each read, which doubles the time


def opened(path: str) -> sqlite3.Connection | None:
    """Return a read connection; None if the file is damaged, another user's, not a regular file, or missing.

    A file of a name never changes; it is replaced. So no lock is needed, and the checked content is what is read.
    """
    try:
        descriptor = files.open_to_read(path)
    except OSError:
        return None
    try:
        state = os.fstat(descriptor)
        if not files.is_own(state) or not _is_sealed(descriptor):
            return None
        connection = _connect(path)
        if os.path.samestat(os.stat(path), state):
            return connection
        connection.close()
    except (OSError, sqlite3.Error):
        pass
    finally:
        os.close(descriptor)
    return None


def _connect(path: str) -> sqlite3.Connection:
    name = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    address = f"file:{name}?mode=ro&immutable=1"
    # One thread at a time uses it, but the last one to hold it, which closes it, may be another one.
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA schema_version")  # SQLite has the file open from here on
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def put(temporary: str, path: str) -> sqlite3.Connection:
    """Seal a finished file and move it to its place; return a read connection.

    Raises OSError.

    Raises sqlite3.Error.
    """
    seal(temporary)
    if not files.renames_open_files():
        files.replace(temporary, path)
        return _connect(path)
    connection = _connect(temporary)
    try:
        files.replace(temporary, path)
    except OSError:
        connection.close()
        raise
    return connection


def seal(path: str) -> None:
    """Write the checksum into a file that no connection has open.

    Raises OSError.
    """
    descriptor = files.open_to_change(path)
    try:
        files.write_at(descriptor, _checksum(descriptor), _PLACE)
    finally:
        os.close(descriptor)


def _is_sealed(descriptor: int) -> bool:
    return files.read_at(descriptor, _LENGTH, _PLACE) == _checksum(descriptor)


def _checksum(descriptor: int) -> bytes:
    """Return the checksum of all bytes but its own."""
    found = position = 0
    while chunk := files.read_at(descriptor, _CHUNK, position):
        position += len(chunk)
        if position == len(chunk):
            chunk = chunk[:_PLACE] + chunk[_PLACE + _LENGTH :]
        found = crc32(chunk, found)
    return found.to_bytes(_LENGTH, "big")
