"""Results of a search, as rows for a terminal with the matches marked, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.list_columns import Row
from plaintickets.render.styled import marked

if TYPE_CHECKING:
    from plaintickets.actions.search import Hit


def row(hit: Hit) -> Row:
    """Return the row of a ticket with the matches marked, and the matching places below it."""
    below = []
    for snippet in hit.snippets:
        label = "" if snippet.field == "body" else f"{snippet.field}: "
        text = marked(snippet.text, snippet.marks)
        below.append((*(((label, "quiet"),) if label else ()), *((("…", ""),) if snippet.offset else ()), *text))
    return Row(hit.ticket, marks=hit.title_marks, below=tuple(below))


def hit_values(hit: Hit) -> dict[str, object]:
    """Return what a search adds to a ticket for programs: its score and the matching places."""
    snippets = [snippet._asdict() for snippet in hit.snippets]
    return {"score": round(hit.score, 6), "title_marks": hit.title_marks, "snippets": snippets}


def whole_values(hit: Hit, *, is_partial: bool) -> dict[str, object]:
    """Return these values, and which words a ticket misses that has most of them."""
    found = hit_values(hit)
    return {"score": found.pop("score"), "partial": is_partial, "missing": hit.missing, **found}
