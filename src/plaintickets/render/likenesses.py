"""Likely duplicates: rows of a list, lines for scripts, and values for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.jsonform import ticket_object

if TYPE_CHECKING:
    from plaintickets.actions.duplicates import Candidate
    from plaintickets.render.list_columns import Row
    from plaintickets.render.styled import Paint


def likeness_values(likeness: Candidate) -> dict[str, object]:
    """Return what a likely duplicate has besides its ticket."""
    found: dict[str, object] = {"score": round(likeness.score, 4), "reasons": list(likeness.reasons)}
    return {**found, "repeated-by": likeness.repeat.id} if likeness.repeat else found


def likeness_object(likeness: Candidate) -> dict[str, object]:
    """Return a likely duplicate as JSON."""
    return {**ticket_object(likeness.ticket), **likeness_values(likeness)}


def likeness_row(likeness: Candidate) -> Row:
    """Return the row of a likely duplicate, with its score and the reasons below it."""
    from plaintickets.render.list_columns import Row
    from plaintickets.render.styled import styled

    score = ((f"{likeness.score:.2f}", _style(likeness)),)
    below = (styled("; ".join(likeness.reasons), "quiet"),) if likeness.reasons else ()
    return Row(likeness.ticket, more={"score": score}, below=below, values=likeness_values(likeness))


def likeness_line(likeness: Candidate, paint: Paint) -> str:
    """Return `<score> <id> [<status>] - <title> (<reasons>)`."""
    ticket, score, reasons, _ = likeness
    why = f" ({'; '.join(reasons)})" if reasons else ""
    head = f"{paint(f'{score:.2f}', _style(likeness))} {paint(f'{ticket.id:<8}', 'id')}"
    return f"{head} {safe.line(f'[{ticket.status}] - {ticket.title}')}{paint(safe.line(why), 'quiet')}"


def _style(likeness: Candidate) -> str:
    from plaintickets.core.similar import WARN

    return "match" if likeness.score >= WARN else "quiet"
