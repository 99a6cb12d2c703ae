"""Importers: what another system has exported in, neutral records out, one module for each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

# The module of a format has the same name and defines `read(sources: Sources) -> Iterator[Imported]`.
IMPORTERS = {
    "csv": "A table whose first line names fields of tickets",
    "jira": "Issues of Jira: replies of REST v2 and v3, one or many",
    "jsonl": "One JSON object a line, whose keys name fields of tickets",
}

OWN = frozenset({"csv", "jsonl"})
"""The formats whose names of statuses, types and priorities are those of the store."""


def records(name: str, sources: Sources) -> Iterator[Imported]:
    """Yield the records of sources, one by one.

    Raise KeyError for an unknown format, RecordError where a source is not of the format.
    """
    if name not in IMPORTERS:
        raise KeyError(name)
    found: Iterator[Imported] = import_module(f"plaintickets.importers.{name}").read(sources)
    return found
