"""Replace ids in the fields of a ticket's file that hold ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.document import parse
from plaintickets.core.ticket import list_of
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.frontmatter import Value


def with_ids(content: bytes, ids: Mapping[str, str], name: str, fields: Sequence[str]) -> bytes:
    """Return the file with its own id, and old ids in these fields replaced; unchanged if it cannot be read."""
    if not any(old.encode() in content for old in ids):
        return content
    document = parse(content, "")
    if document.problems:
        return content
    try:
        if document.keys.get("id") in ids:
            document = document.with_key("id", name)
        for field in fields:
            before = document.keys.get(field)
            after = _replaced(before, ids)
            if after != before:
                document = document.with_key(field, after)
    except UnreadableError:
        return content
    return document.to_bytes()


def _replaced(value: Value | None, ids: Mapping[str, str]) -> Value | None:
    if isinstance(value, str) and value in ids:
        return ids[value]
    if not isinstance(value, list) and not any(item in ids for item in list_of(value)):
        return value
    items: list[Value] = list(value) if isinstance(value, list) else list(list_of(value))
    return (
        list(dict.fromkeys(ids.get(item, item) if isinstance(item, str) else item for item in items))
        if all(isinstance(item, str) for item in items)
        else value
    )
