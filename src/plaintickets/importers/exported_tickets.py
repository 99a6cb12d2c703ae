"""Tickets as `tk export jsonl` writes them: everything that their files hold, with their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.comments import Comment
from plaintickets.core.imported import Imported, OwnFile, RecordError
from plaintickets.core.paths import is_ticket_path
from plaintickets.core.ticket import id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.frontmatter import Value

SYSTEM = "plaintickets"
_KEYS = frozenset(("id", "path", "title", "fields", "text", "comments"))
_COMMENT = {"date": str, "author": str, "internal": bool, "text": str}


def is_exported(record: Mapping[str, object]) -> bool:
    """Tell whether a record is a ticket of ours."""
    return isinstance(record.get("fields"), dict) and isinstance(record.get("id"), str)


def exported_ticket(where: str, record: Mapping[str, Any]) -> Imported:
    """Return the record of a ticket of ours; raise RecordError for a key or a value that the export never has."""
    for name in record:
        if name not in _KEYS:
            raise RecordError(where, f"a ticket of an export has no '{name[:40]}'")
    ticket_id, title, text = (_text(where, name, record.get(name, "")) for name in ("id", "title", "text"))
    path = _text(where, "path", record.get("path", f"{ticket_id}.md"))
    if not is_ticket_path(path) or id_of(path) != ticket_id:
        raise RecordError(where, f"'{path[:60]}' is not the path of a ticket")
    keys: dict[str, Value] = {name: _value(where, name, value) for name, value in record["fields"].items()}
    rows = record.get("comments", [])
    if not isinstance(rows, list):
        raise RecordError(where, "'comments' is no list")
    comments = [_comment(where, row) for row in rows]
    created = keys.get("created")
    return Imported(
        where,
        title,
        text,
        f"{SYSTEM}:{ticket_id}",
        created=created if isinstance(created, str) else "",
        comments=comments,
        own=OwnFile(path, keys),
    )


def _text(where: str, name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise RecordError(where, f"'{name}' is no text")


def _value(where: str, name: str, value: object) -> Value:
    if isinstance(value, list):
        return [_value(where, name, item) for item in value]
    if isinstance(value, dict):
        return {key: _value(where, name, item) for key, item in value.items()}
    return _text(where, name, value)


def _comment(where: str, row: object) -> Comment:
    if not isinstance(row, dict) or {name: type(value) for name, value in row.items()} != _COMMENT:
        raise RecordError(where, f"a comment holds {', '.join(_COMMENT)}")
    return Comment(**row)
