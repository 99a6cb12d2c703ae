"""Pieces of sentences and lines of text as HTML elements, each on one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.render.diffs.wording import is_internal, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from plaintickets.core.change_report import Fact
    from plaintickets.render.diffs.wording import Span

    Escape = Callable[[str], str]

_TAGS = {"value": "code", "id": "code", "removed": "del", "added": "ins"}
_INDENT = re.compile(r"^ +")


def inline(spans: Iterable[Span], escape: Escape) -> str:
    """Return spans as HTML on one line."""
    return "".join(_tagged(escape(span.text), span.style) for span in spans)


def quote(fact: Fact, most: int, escape: Escape) -> str:
    """Return the written text as one quotation; leave out internal text, because the output may be posted."""
    if is_internal(fact):
        return "<blockquote><em>left out, since it is internal</em></blockquote>"
    found = lines(fact, most)
    rows = [_indented(inline(row, escape)) for row in found.rows]
    if found.rest:
        rows.append(f"<em>{found.rest}</em>")
    return f"<blockquote>{'<br>'.join(rows)}</blockquote>"


def _tagged(text: str, style: str) -> str:
    tag = _TAGS.get(style)
    return f"<{tag}>{_indented(text)}</{tag}>" if tag else text


def _indented(text: str) -> str:
    return _INDENT.sub(lambda match: "&nbsp;" * len(match[0]), text)
