"""A SQLite file with the tables of `exporters/tables.py`, and a full-text index of titles and texts."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from typing import TYPE_CHECKING

from plaintickets.exporters.tables import TABLES, change_rows, comment_rows, link_rows, ticket_row
from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.exported import Export
    from plaintickets.exporters.tables import Cell, Table

_TYPES = {"int": "INTEGER", "bool": "INTEGER"}
_PIECE = 1 << 20
_INDEXES = (
    'CREATE INDEX "comments of a ticket" ON comments (ticket)',
    'CREATE INDEX "changes of a ticket" ON changes (ticket)',
    'CREATE INDEX "links to a ticket" ON links (other)',
)
# A table of this form is found and searched by Datasette.
_SEARCH = (
    "CREATE VIRTUAL TABLE tickets_fts USING fts5 (title, text, content='tickets')",
    "INSERT INTO tickets_fts (tickets_fts) VALUES ('rebuild')",
)


def pieces(export: Export) -> Iterator[bytes]:
    """Yield the bytes of the file, which is made in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tk-export-") as folder:
        path = os.path.join(folder, "tickets.sqlite")
        _fill(path, export)
        with os.fdopen(open_to_read(path), "rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _fill(path: str, export: Export) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN")
        for table in TABLES.values():
            database.execute(_create(table))
        for record in export.records():
            _insert(database, "tickets", [ticket_row(export, record)])
            _insert(database, "comments", comment_rows(export, record))
            _insert(database, "links", link_rows(export, record))
        _insert(database, "changes", change_rows(export))
        for statement in (*_INDEXES, *(_SEARCH if _has_search(database) else ())):
            database.execute(statement)
        database.execute("COMMIT")
    except sqlite3.Error as error:
        raise OSError(errno.EIO, f"the database in the temporary folder: {error}") from None
    finally:
        database.close()


def _create(table: Table) -> str:
    columns = [f'"{name}" {_TYPES.get(kind, "TEXT")}' for name, kind in table.columns.items()]
    return f'CREATE TABLE "{table.name}" ({", ".join(columns)}, PRIMARY KEY ({", ".join(table.key)}))'


def _insert(database: sqlite3.Connection, name: str, rows: Iterable[list[Cell]]) -> None:
    signs = ", ".join("?" * len(TABLES[name].columns))
    database.executemany(f'INSERT INTO "{name}" VALUES ({signs})', rows)  # noqa: S608 - names of TABLES


def _has_search(database: sqlite3.Connection) -> bool:
    return any(row[0] == "ENABLE_FTS5" for row in database.execute("PRAGMA compile_options"))
