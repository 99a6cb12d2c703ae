"""Convert all lists of a file between the two layouts; comments and other keys stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.apply_changes import written
from plaintickets.core.ticket_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document

_ITEM_LINE = re.compile(r"[ \t]*- *(?![#&*!|>{\[-])(?:(?! #).)*\Z")


def relisted(document: Document, *, block: bool) -> tuple[Document, list[str]]:
    """Return the document with its lists in block form, sorted, or on one line each, and the unchanged keys.

    A list that holds comments (`# …`) or nested values is not changed.
    """
    left = []
    for key, value in list(document.keys.items()):
        if isinstance(value, list) and value:
            changed = document.with_list_style(key, block=block) if is_plain(document.lines_of(key)) else None
            if changed is None:
                left.append(key)
            else:
                document = changed
    return document, left


def is_plain(lines: Sequence[str]) -> bool:
    """Tell whether the lines of a list hold only its key and its items."""
    first, *items = lines
    if not items:
        return "#" not in first
    return first.rstrip().endswith(":") and all(map(_ITEM_LINE.match, items))


def with_comments(document: Document, comments: Sequence[Comment]) -> Document:
    """Return the document with exactly these comments in its section Notes."""
    return written(document, [], parts_of(document)._replace(comments=tuple(comments)))
