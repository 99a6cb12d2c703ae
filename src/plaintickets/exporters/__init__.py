"""Exporters: tickets in, the bytes of a format out, one module for each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export


class Exporter(NamedTuple):
    """A format: what it is, and what it can do.

    `marks_internal` tells that it marks internal tickets and comments as internal, so that they are in it;
    `is_binary` that it is no text, and `calls` that it can be written as calls of the other system's client.
    """

    about: str
    marks_internal: bool = True
    is_binary: bool = False
    calls: str = ""


# The module of a format has its name, with `_` for `-`, and defines `pieces(export: Export) -> Iterator[str | bytes]`,
# and `calls(export: Export)` where the format has calls.
EXPORTERS = {
    "csv": Exporter("A table with a column for each field and for the text"),
    "github": Exporter("Issues for GitHub's import API, one a line", marks_internal=False, calls="gh"),
    "gitlab": Exporter("Issues and notes for GitLab's API, one issue a line", calls="glab"),
    "ics": Exporter("A calendar: due dates, milestones, SLA deadlines", marks_internal=False),
    "jira-csv": Exporter("A table for Jira's CSV import", marks_internal=False),
    "jsonl": Exporter("Everything, one ticket a line; `tk import jsonl` reads it"),
    "markdown": Exporter("A text to read: tickets by status, with texts and comments"),
    "opensearch": Exporter("Documents for the bulk API of OpenSearch and Elasticsearch"),
    "postgresql": Exporter("Tables for psql: tickets, comments, changes, links"),
    "sqlite": Exporter("A database file, for Datasette: tickets, comments, changes, links", is_binary=True),
}


def pieces(name: str, export: Export, *, as_calls: bool = False) -> Iterator[bytes]:
    """Yield the bytes of an export.

    Raise KeyError for an unknown format.
    """
    if name not in EXPORTERS:
        raise KeyError(name)
    module = import_module(f"plaintickets.exporters.{name.replace('-', '_')}")
    found: Iterator[str | bytes] = (module.calls if as_calls else module.pieces)(export)
    return (one if isinstance(one, bytes) else one.encode("utf-8", "replace") for one in found)
