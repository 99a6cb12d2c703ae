"""Events as lines: a commit's head, then what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core import event as kinds
from plaintickets.core.change import shown
from plaintickets.core.moments import utc_of
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.core.event import Event

    Paint = Callable[[str, str], str]

TEXT_LINES = 8


def lines(events: Iterable[Event], paint: Paint, *, with_ticket: bool) -> Iterator[str]:
    """Return the events as lines, newest first, grouped by commit."""
    last = ("", "")
    for event in events:
        key = (event.commit, event.ticket)
        if key != last:
            if last[0]:
                yield ""
            last = key
            yield _head(event, paint, with_ticket=with_ticket)
        by = paint(safe.line(f"  (rule {event.rule})"), "quiet") if event.rule else ""
        rows = list(_rows(event, paint))
        yield from ("    " + row for row in ([rows[0] + by, *rows[1:]] if by else rows))


def date_of(event: Event) -> str:
    """Return the author date of the commit, in UTC."""
    return utc_of(event.date).strftime("%Y-%m-%d %H:%M")


def day_of(seconds: int, *, full: bool = False) -> str:
    """Return seconds since 1970 as a day, or with `full` as a timestamp, in UTC."""
    return utc_of(seconds).strftime("%Y-%m-%dT%H:%M:%SZ" if full else "%Y-%m-%d")


def _head(event: Event, paint: Paint, *, with_ticket: bool) -> str:
    parts = [date_of(event), safe.line(event.author), paint(event.commit[:10], "quiet")]
    if with_ticket:
        parts.insert(1, paint(safe.line(event.ticket), "id"))
    return "  ".join(parts)


def _rows(event: Event, paint: Paint) -> Iterator[str]:
    if event.kind == kinds.CHANGED:
        yield safe.line(f"{event.field}: {shown(event.before)} -> {shown(event.after)}")
    elif event.kind == kinds.COMMENTED:
        yield from _comment(event)
    elif event.kind == kinds.TEXT:
        yield "text changed"
        yield from _hunks(event, paint)
    elif event.kind == kinds.RENAMED:
        yield safe.line(f"renamed: {shown(event.before)} -> {shown(event.after)}")
    elif event.kind == kinds.BROKEN:
        yield safe.line(f"unreadable from here on: {shown(event.after)}")
    elif event.kind == kinds.MENDED:
        yield "readable again"
    else:
        state = event.after if event.kind == kinds.CREATED else event.before
        title = state.get("title", "") if isinstance(state, dict) else ""
        yield safe.line(f"{event.kind}: {title}")
        for rule, changes in event.rules if event.kind == kinds.CREATED else ():
            yield safe.line(f"rule {rule}: {', '.join(changes)}")


def _comment(event: Event) -> Iterator[str]:
    value = event.after if event.after is not None else event.before
    what = "commented" if event.before is None else "comment removed" if event.after is None else "comment edited"
    text, mark = "", ""
    if isinstance(value, dict):
        text, mark = str(value.get("text", "")), " (internal)" * (value.get("internal") == "true")
    yield f"{what}{mark}:"
    rows = safe.block(text).splitlines()
    yield from ("  " + row for row in rows[:TEXT_LINES])
    if len(rows) > TEXT_LINES:
        yield f"  … {len(rows) - TEXT_LINES} more lines"


def _hunks(event: Event, paint: Paint) -> Iterator[str]:
    rows = [("- ", row, "removed") for hunk in event.hunks for row in hunk.removed]
    rows += [("+ ", row, "added") for hunk in event.hunks for row in hunk.added]
    for sign, row, style in rows[: 2 * TEXT_LINES]:
        yield "  " + paint(sign + safe.line(row), style)
    if len(rows) > 2 * TEXT_LINES:
        yield f"  … {len(rows) - 2 * TEXT_LINES} more lines"
