"""Documents for the bulk API of OpenSearch and Elasticsearch: tickets with their comments, and the history."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from plaintickets.exporters.values import day, flat, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

TICKETS, CHANGES = "tickets", "ticket-changes"
_LONGEST_ID = 400  # of 512 bytes


def pieces(export: Export) -> Iterator[str]:
    """Yield two lines for each document: what is done with it, and the document; loading again replaces it."""
    for record in export.records():
        yield _lines(TICKETS, f"{export.repository}/{record.ticket.id}", _ticket(export, record))
    for change in export.changes():
        name = f"{export.repository}/{change.ticket}/{change.number}"
        row = {name: value for name, value in change._asdict().items() if value}
        yield _lines(CHANGES, name, {"repository": export.repository, **row})


def _lines(index: str, name: str, document: dict[str, object]) -> str:
    if len(name.encode("utf-8", "replace")) > _LONGEST_ID:
        name = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return f"{_dumps({'index': {'_index': index, '_id': name}})}\n{_dumps(document)}\n"


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _ticket(export: Export, record: Exported) -> dict[str, object]:
    """Return the document of a ticket; `fields` are its other keys as texts, so that an index takes any of them."""
    ticket = record.ticket
    known: dict[str, object] = {
        "repository": export.repository,
        "id": ticket.id,
        "title": ticket.title,
        "status": ticket.status,
        "type": ticket.type,
        "priority": ticket.priority,
        "assignee": ticket.assignee,
        "reporter": ticket.text("reporter"),
        "created": moment(ticket.created),
        "closed": moment(ticket.closed),
        "due": day(ticket.text("due")),
        "parent": ticket.parent,
        **{name: list(ticket.items(name)) for name in ("tags", "deps", "links")},
    }
    others = [{"name": key, "value": flat(value)} for key, value in ticket.keys.items() if key not in known]
    comments = [
        {"date": moment(one.date) or None, "author": one.author, "internal": one.internal, "text": one.text}
        for one in record.comments
    ]
    found = {name: value for name, value in known.items() if value not in ("", None, [])}
    return {
        **found,
        "is_done": export.is_done(ticket.status),
        "fields": others,
        "text": record.text,
        "comments": comments,
    }
