"""Notices as text, as Markdown for a pull request or a summary of a job, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.jsonform import FORMAT, document, dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.servicedesk.notices import Notification


def as_text(found: Sequence[Notification]) -> str:
    """Return for each person what they are told."""
    parts = []
    for one in found:
        who = one.person if one.address in one.person else f"{one.person} <{one.address}>"
        lines = [safe.line(f"{who}  {one.ticket} {one.title}")]
        for _, notice in one.notices:
            lines.append(safe.line(f"  {notice.line}"))
            lines += [f"    {safe.line(line)}" for line in notice.text.splitlines()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) or "Nobody is told of anything."


def as_markdown(found: Sequence[Notification]) -> str:
    """Return a list by ticket, without mail addresses."""
    lines: list[str] = []
    for ticket in dict.fromkeys(one.ticket for one in found):
        own = [one for one in found if one.ticket == ticket]
        lines.append(f"- **{ticket}** {_plain(own[0].title)}")
        for one in own:
            said = "; ".join(_plain(notice.line) for _, notice in one.notices)
            lines.append(f"  - {_plain(one.person.partition('<')[0].strip() or 'somebody')}: {said}")
    return "\n".join(lines) or "Nobody is told of anything."


def _plain(text: str) -> str:
    marked = "".join(f"\\{sign}" if sign in "\\`*_[]<>|#@!" else sign for sign in text)
    return safe.line(" ".join(marked.split()))


def as_json(found: Sequence[Notification]) -> str:
    """Return every notice with the person, the ticket and the commit."""
    rows = [
        {
            "person": one.person,
            "address": one.address,
            "ticket": one.ticket,
            "title": one.title,
            "commit": one.commit,
            "notices": [
                {"event": notice.event, "author": notice.author, "line": notice.line, "text": notice.text}
                for _, notice in one.notices
            ],
        }
        for one in found
    ]
    return document("told", rows)


def delivery_json(delivery: Mapping[str, object]) -> str:
    """Return what was sent to whom, what was refused, what is in doubt and what waits."""
    return dumps({"format": FORMAT, **delivery})
