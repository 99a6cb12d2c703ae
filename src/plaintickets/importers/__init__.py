"""Importers: what another system has exported in, neutral records out, one module for each format."""

from __future__ import annotations

from importlib import import_module
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported

# The module of a format has the same name and defines `read(source: IO[bytes]) -> Iterator[Imported]`.
IMPORTERS = {
    "csv": "A table whose first line names fields of tickets",
    "jsonl": "One JSON object a line, whose keys name fields of tickets",
}
LONGEST_LINE = 16 * 1024 * 1024


def records(name: str, source: IO[bytes]) -> Iterator[Imported]:
    """Yield the records of a source, one by one.

    Raise KeyError for an unknown format, RecordError where the source is not of the format.
    """
    if name not in IMPORTERS:
        raise KeyError(name)
    found: Iterator[Imported] = import_module(f"plaintickets.importers.{name}").read(source)
    return found


def lines(source: IO[bytes]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a source with their numbers, from 1; raise RecordError for a line that is no text."""
    from plaintickets.core.imported import RecordError

    number = 0
    while line := source.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise RecordError(f"line {number}", f"is longer than {LONGEST_LINE} bytes")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise RecordError(f"line {number}", "is not UTF-8") from None
