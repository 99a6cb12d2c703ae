"""Import one JSON object a line; its keys are described in `core/imported.py`."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING

from plaintickets.core.imported import RecordError, imported
from plaintickets.importers import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported


def read(source: IO[bytes]) -> Iterator[Imported]:
    """Yield the record of each line that is not blank; raise RecordError for one that is no object."""
    for number, line in lines(source):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            record = json.loads(line, object_pairs_hook=_unique)
        except RecursionError:
            raise RecordError(where, "is nested too deep") from None
        except ValueError as error:
            raise RecordError(where, f"is not JSON: {error}") from None
        if not isinstance(record, dict):
            raise RecordError(where, "is no JSON object")
        yield imported(where, record)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
