"""The commit message of a change: one readable line, and the tickets if there are several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket

SUBJECT_WIDTH = 72
COMMAND_TRAILER = "Tk-Command"
MIGRATE = "migrate-format"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_TITLE = re.compile(r"[\s:,\u2013\u2014-]*\{title\}")
_WORD = re.compile(r"\{(verb|id|title|status|type|count)\}")


def message(
    verb: str,
    tickets: Sequence[Ticket],
    template: str,
    *,
    trailer: str = "",
    subject: str = "",
    details: Sequence[str] = (),
    trailers: Sequence[str] = (),
) -> str:
    """The message for a change of these tickets.

    `subject` replaces the line made from the template; what follows its first line stands below it.
    """
    ids = [ticket.id for ticket in tickets]
    own, _, rest = subject.strip().partition("\n")
    parts = [_one_line(own) or _subject(verb, tickets, template)]
    if rest.strip():
        parts.append("\n".join(map(_one_line, rest.strip().split("\n"))))
    body = [_one_line(detail) for detail in details]
    if len(tickets) > 1:
        body += [f"{ticket.id} {_one_line(ticket.title)}".rstrip() for ticket in tickets]
    if body:
        parts.append("\n".join(f"- {row}" for row in body))
    rows = [f"{trailer}: {ticket_id}" for ticket_id in ids] if trailer else []
    parts.append("\n".join([*rows, f"{COMMAND_TRAILER}: {verb}", *trailers]))
    return "\n\n".join(parts) + "\n"


def _subject(verb: str, tickets: Sequence[Ticket], template: str) -> str:
    first = tickets[0] if tickets else None
    many = len(tickets) > 1
    words = {
        "verb": verb,
        "id": _id_list([ticket.id for ticket in tickets]),
        "title": "" if many or first is None else _one_line(first.title),
        "status": "" if first is None else first.status,
        "type": "task" if first is None else first.type,
        "count": str(len(tickets)),
    }
    if many:
        template = _TITLE.sub("", template)
    line = _WORD.sub(lambda match: _one_line(words[match[1]]), template).strip()
    return line if len(line) <= SUBJECT_WIDTH else line[: SUBJECT_WIDTH - 1].rstrip() + "…"


def _id_list(ids: Sequence[str]) -> str:
    if len(ids) <= 3:
        return ", ".join(ids)
    return f"{ids[0]}, {ids[1]} and {len(ids) - 2} more"


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
