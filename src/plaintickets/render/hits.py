"""Results of a search, as rows for a terminal with the matches marked, and as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.jsonform import document, ticket_object
from plaintickets.render.width import padded, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from plaintickets.actions.search import Answer, Hit


def rows(hits: list[Hit], kinds: Mapping[str, str], paint: Callable[[str, str], str]) -> Iterable[str]:
    """Yield id, status and title with the matches marked, then the matching places."""
    columns = [max((width(safe.line(text(hit))) for hit in hits), default=0) for text in (_id, _status)]
    for hit in hits:
        kind = kinds.get(hit.ticket.status, "open")
        head = paint(padded(safe.line(_id(hit)), columns[0]), "id")
        status = paint(padded(safe.line(_status(hit)), columns[1]), kind)
        title = hit.ticket.title or "(no title)"
        yield f"{head}  {status}  {_marked(paint, title, hit.title_marks)}"
        for snippet in hit.snippets:
            before = "…" if snippet.offset else ""
            label = "" if snippet.field == "body" else paint(f"{snippet.field}: ", "quiet")
            yield f"    {label}{before}{_marked(paint, snippet.text, snippet.marks).strip()}"


def _id(hit: Hit) -> str:
    return hit.ticket.id


def _status(hit: Hit) -> str:
    return hit.ticket.status


def _marked(paint: Callable[[str, str], str], text: str, marks: Iterable[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in marks:
        pieces += [_line(text[at:start]), paint(safe.line(text[start:end]), "match")]
        at = end
    return "".join([*pieces, _line(text[at:])])


def _line(text: str) -> str:
    return safe.line(re.sub(r"\s+", " ", text))


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
