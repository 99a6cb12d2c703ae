"""Results of a search, as rows for a terminal with the matches marked, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.jsonform import document, ticket_object
from plaintickets.render.list_columns import Row
from plaintickets.render.styled import marked

if TYPE_CHECKING:
    from plaintickets.actions.search import Answer, Hit


def row(hit: Hit) -> Row:
    """Return the row of a ticket with the matches marked, and the matching places below it."""
    below = []
    for snippet in hit.snippets:
        label = "" if snippet.field == "body" else f"{snippet.field}: "
        text = marked(snippet.text, snippet.marks)
        below.append((*(((label, "quiet"),) if label else ()), *((("…", ""),) if snippet.offset else ()), *text))
    return Row(hit.ticket, marks=hit.title_marks, below=tuple(below))


def json_text(answer: Answer, problems: list[str]) -> str:
    """Return the results as a JSON object; tickets that have most of the words name those that they miss."""
    hits = [
        {
            **ticket_object(hit.ticket),
            "score": round(hit.score, 6),
            "partial": at >= len(answer.hits),
            "missing": hit.missing,
            "title_marks": hit.title_marks,
            "snippets": [snippet._asdict() for snippet in hit.snippets],
        }
        for at, hit in enumerate((*answer.hits, *answer.partial))
    ]
    return document("tickets", hits, total=answer.total, suggestions=answer.suggestions, problems=problems)
