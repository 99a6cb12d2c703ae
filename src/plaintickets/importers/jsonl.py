"""Import one JSON object a line: a ticket of `tk export jsonl`, or keys that `core/imported.py` describes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plaintickets.core.imported import RecordError, imported
from plaintickets.importers.exported_tickets import exported_ticket, is_exported
from plaintickets.importers.json_records import unique
from plaintickets.importers.sources import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the record of each line that is not blank; raise RecordError for one that is no object."""
    for source in sources.files(".jsonl", ".ndjson"):
        with source.open() as file:
            for number, line in lines(file):
                if line.strip():
                    where = f"line {number}"
                    record = _object(where, line)
                    yield exported_ticket(where, record) if is_exported(record) else imported(where, record)


def _object(where: str, line: str) -> dict[str, object]:
    try:
        record = json.loads(line, object_pairs_hook=unique)
    except RecursionError:
        raise RecordError(where, "is nested too deep") from None
    except ValueError as error:
        raise RecordError(where, f"is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise RecordError(where, "is no JSON object")
    return record
