"""What happened to tickets as text, for a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.stories import summary
from plaintickets.render.stories.wording import has_lines, lines, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.story import Fact, Told
    from plaintickets.render.stories import Look, Tale
    from plaintickets.render.stories.wording import Span

MOST_LINES = 100
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


def render(tale: Tale, look: Look) -> str:
    """The summary, then each ticket with what happened to it."""
    rows = [look.paint(summary(tale.tickets), "bold")]
    for told in tale.tickets:
        rows += ["", *_ticket(told, look)]
    if tale.others:
        rows += ["", "changed, and no tickets:", *(f"  {safe.line(path)}" for path in tale.others)]
    return "\n".join(rows) + "\n"


def _ticket(told: Told, look: Look) -> Iterator[str]:
    yield f"{look.paint(safe.line(told.ticket), 'id')}  {safe.line(told.title)}".rstrip()
    for fact in told.facts:
        yield "  " + "".join(_inline(span, look) for span in sentence(fact)) + (":" if has_lines(fact) else "")
        yield from _lines(fact, look)


def _lines(fact: Fact, look: Look) -> Iterator[str]:
    if not has_lines(fact):
        return
    found = lines(fact, MOST_LINES)
    for row in found.rows:
        if len(row) == 1 and row[0].style in _MARKS:
            sign = "-" if row[0].style == "removed" else "+"
            yield "    " + look.paint(f"{sign} {safe.line(row[0].text)}".rstrip(), row[0].style)
        else:
            yield f"    {''.join(_inline(span, look) for span in row)}".rstrip()
    if found.rest:
        yield f"    {found.rest}"


def _inline(span: Span, look: Look) -> str:
    text = safe.line(span.text)
    if span.style not in _MARKS:
        return look.paint(text, "id") if span.style == "id" else text
    painted = look.paint(text, span.style)
    # Without colours, the marks of `git diff --word-diff`.
    return painted if painted != text else text.join(_MARKS[span.style])
