"""Import a table in CSV: the first line names the fields, which are described in `core/imported.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.imported import imported
from plaintickets.importers.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the record of each row of each table."""
    for source in sources.files(".csv", ".tsv"):
        with source.open() as file:
            for where, cells in read_table(file, columns=sources.columns):
                yield imported(where, cells)
