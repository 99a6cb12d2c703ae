"""Our own format: everything that the tickets hold, one a line; importing it into an empty store is the identity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export


def pieces(export: Export) -> Iterator[str]:
    """Yield a line for each ticket."""
    for ticket, text, comments in export.records():
        row = {
            "id": ticket.id,
            **({"path": ticket.path} if "/" in ticket.path else {}),
            "title": ticket.title,
            "fields": ticket.keys,
            "text": text,
            "comments": [comment._asdict() for comment in comments],
        }
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
