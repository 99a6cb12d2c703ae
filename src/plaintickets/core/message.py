"""The commit message of a change: one readable line, and a list of tickets if there are several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.config import DEFAULT_TEMPLATE
from plaintickets.core.inert import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket

SUBJECT_WIDTH = 72
COMMAND_TRAILER = "Tk-Command"
HISTORY_TRAILER = "Imported-onto"
"""The trailer of the last commit of an import with history: it names the commit before the first."""
MIGRATE = "migrate-format"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_TITLE = re.compile(r"[\s:,\u2013\u2014-]*\{title\}")
_NO_TICKET = "tickets"
_WORD = re.compile(r"\{(verb|id|title|status|type|count)\}")


def message(
    verb: str,
    tickets: Sequence[Ticket],
    template: str,
    *,
    trailer: str = "",
    subject: str = "",
    standard: str = "",
    details: Sequence[str] = (),
    trailers: Sequence[str] = (),
) -> str:
    """Return the commit message for a change of these tickets.

    `subject`, in the user's words, replaces the line made from the template; its other lines follow below. `standard`
    replaces that line if the store has no template.
    """
    ids = [ticket.id for ticket in tickets]
    own, _, rest = subject.strip().partition("\n")
    parts = [_one_line(own) or _subject(verb, tickets, template, standard)]
    if rest.strip():
        parts.append("\n".join(map(_one_line, rest.strip().split("\n"))))
    body = list(details)
    if len(tickets) > 1:
        body += [f"{ticket.id} {ticket.title}".rstrip() for ticket in tickets]
    if body:
        parts.append("\n".join(f"- {inert_line(row)}" for row in body))
    rows = [f"{trailer}: {_one_line(ticket_id)}" for ticket_id in ids] if trailer else []
    parts.append("\n".join([*rows, f"{COMMAND_TRAILER}: {verb}", *trailers]))
    return "\n\n".join(parts) + "\n"


def _subject(verb: str, tickets: Sequence[Ticket], template: str, standard: str) -> str:
    """Return the first line: `standard` with the default template, else the template with its words filled in."""
    if standard and template == DEFAULT_TEMPLATE:
        return inert_line(standard)
    first = tickets[0] if tickets else None
    words = {
        "verb": verb,
        "id": _id_list([ticket.id for ticket in tickets]) or _NO_TICKET,
        "title": first.title if first is not None and len(tickets) == 1 else "",
        "status": "" if first is None else first.status,
        "type": "task" if first is None else first.type,
        "count": str(len(tickets)),
    }
    if not words["title"].strip():
        template = _TITLE.sub("", template)
    line = _WORD.sub(lambda match: inert_line(words[match[1]]), template).strip() or f"tk: {verb}"
    return line if len(line) <= SUBJECT_WIDTH else line[: SUBJECT_WIDTH - 1].rstrip() + "…"


def _id_list(ids: Sequence[str]) -> str:
    if len(ids) <= 3:
        return ", ".join(ids)
    return f"{ids[0]}, {ids[1]} and {len(ids) - 2} more"


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def inert_line(text: str) -> str:
    """Return a text on one line of a message, on which no forge acts."""
    return inert(_one_line(text))
