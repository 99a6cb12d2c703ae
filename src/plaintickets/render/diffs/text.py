"""What happened to tickets as text, for a terminal or a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.diffs import summary
from plaintickets.render.diffs.setting_wording import setting
from plaintickets.render.diffs.wording import has_lines, lines, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.core.change_report import ChangedTicket, Fact
    from plaintickets.render.diffs import DiffOptions, TicketDiff
    from plaintickets.render.diffs.wording import Span

MOST_LINES = 100
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}


def render(difference: TicketDiff, options: DiffOptions) -> str:
    """Return the summary, the changes in the settings, then each ticket with its facts."""
    rows = [options.paint(summary(difference.tickets), "bold")]
    if difference.settings:
        rows += ["", "settings:", *(f"  {inline(setting(change), options.paint)}" for change in difference.settings)]
    for changed in difference.tickets:
        rows += ["", *_ticket(changed, options)]
    if difference.others:
        rows += ["", "other changed files:", *(f"  {safe.line(path)}" for path in difference.others)]
    return "\n".join(rows) + "\n"


def _ticket(changed: ChangedTicket, options: DiffOptions) -> Iterator[str]:
    yield f"{options.paint(safe.line(changed.ticket), 'id')}  {safe.line(changed.title)}".rstrip()
    for fact in changed.facts:
        yield "  " + inline(sentence(fact), options.paint) + (":" if has_lines(fact) else "")
        yield from _lines(fact, options)


def _lines(fact: Fact, options: DiffOptions) -> Iterator[str]:
    if not has_lines(fact):
        return
    found = lines(fact, MOST_LINES)
    for row in found.rows:
        if len(row) == 1 and row[0].style in _MARKS:
            sign = "-" if row[0].style == "removed" else "+"
            yield "    " + options.paint(f"{sign} {safe.line(row[0].text)}".rstrip(), row[0].style)
        else:
            yield f"    {inline(row, options.paint)}".rstrip()
    if found.rest:
        yield f"    {found.rest}"


def inline(spans: Iterable[Span], paint: Callable[[str, str], str]) -> str:
    """Return spans on one line; removed and added text has colours, or the marks of `git diff --word-diff`."""
    return "".join(_painted(span, paint) for span in spans)


def _painted(span: Span, paint: Callable[[str, str], str]) -> str:
    text = safe.line(span.text)
    if span.style not in _MARKS:
        return paint(text, "id") if span.style == "id" else text
    painted = paint(text, span.style)
    return painted if painted != text else text.join(_MARKS[span.style])
