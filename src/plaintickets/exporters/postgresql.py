"""SQL for psql: the tables of `exporters/tables.py`, filled by COPY, for the tickets of many repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.exporters.tables import TABLES, change_rows, comment_rows, link_rows, ticket_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.exported import Export
    from plaintickets.exporters.tables import Cell, Table

_TYPES = {"int": "bigint", "bool": "boolean", "date": "date", "moment": "timestamptz", "json": "jsonb"}
# COPY reads a backslash as the beginning of a sign, tabs as the ends of values, and no text of PostgreSQL holds NUL.
_SIGNS = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\ufffd"})


def pieces(export: Export) -> Iterator[str]:
    """Yield the statements: a second load replaces the rows of this repository, in one transaction."""
    yield "\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL standard_conforming_strings = on;\n"
    yield "SET LOCAL client_encoding = 'UTF8';\n"
    name = "'" + export.repository.replace("'", "''").translate({0: None}) + "'"
    for table in TABLES.values():
        yield _create(table)
        yield f'DELETE FROM "{table.name}" WHERE repository = {name};\n'  # noqa: S608 - quoted above
    yield from _copy("tickets", ([ticket_row(export, record)] for record in export.records()))
    yield from _copy("comments", (comment_rows(export, record) for record in export.records()))
    yield from _copy("links", (link_rows(export, record) for record in export.records()))
    yield from _copy("changes", (change_rows(export) for _ in (1,)))
    yield "COMMIT;\n"


def _create(table: Table) -> str:
    columns = [f'"{name}" {_TYPES.get(kind, "text")}' for name, kind in table.columns.items()]
    keys = ", ".join(f'"{name}"' for name in table.key)
    return f'CREATE TABLE IF NOT EXISTS "{table.name}" ({", ".join(columns)}, PRIMARY KEY ({keys}));\n'


def _copy(name: str, groups: Iterable[Iterable[list[Cell]]]) -> Iterator[str]:
    columns = TABLES[name].columns
    names = ", ".join(f'"{column}"' for column in columns)
    yield f'COPY "{name}" ({names}) FROM stdin;\n'
    kinds = list(columns.values())
    for rows in groups:
        yield "".join("\t".join(map(_cell, row, kinds)) + "\n" for row in rows)
    yield "\\.\n"


def _cell(value: Cell, kind: str) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    # JSON writes NUL as an escape, which jsonb refuses.
    return (text.replace("\\u0000", "\\ufffd") if kind == "json" else text).translate(_SIGNS)
