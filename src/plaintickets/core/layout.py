"""The two ways to write lists, changed one into the other in a whole file; what stands beside them stays."""

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
    """The document with its lists in block form, sorted, or on one line each, and the keys that stay as they are.

    A list with remarks (`# …`) or nested values of its own stays as it is.
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
    """Whether the lines of a list hold its key and its items and nothing else."""
    first, *items = lines
    if not items:
        return "#" not in first
    return first.rstrip().endswith(":") and all(map(_ITEM_LINE.match, items))


def with_comments(document: Document, comments: Sequence[Comment]) -> Document:
    """The document with exactly these comments in its section Notes."""
    return written(document, [], parts_of(document)._replace(comments=tuple(comments)))
