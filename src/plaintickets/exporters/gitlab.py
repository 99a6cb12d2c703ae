"""Issues and notes for GitLab's API; internal tickets are confidential issues, internal comments internal notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plaintickets.core.visibility import is_internal_keys
from plaintickets.exporters import forge_text
from plaintickets.exporters.values import day, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

_LONGEST = 1_000_000  # of 1,048,576 characters
_HEAD = """\
#!/bin/sh
# Run it in a clone of the empty project that gets the issues, after `glab auth login`, as an owner of the project.
set -eu
"""
_CALL = """\
glab api --method %s 'projects/:id/%s' --header 'Content-Type: application/json' --input - >/dev/null <<'TK_END'
%s
TK_END
"""


def pieces(export: Export) -> Iterator[str]:
    """Yield a line for each issue: the bodies of the calls that create it, add its notes, and close it."""
    for number, record in enumerate(export.records(), 1):
        issue, notes, closing = _bodies(export, record, number)
        yield json.dumps({"issue": issue, "notes": notes, **({"close": closing} if closing else {})}) + "\n"


def calls(export: Export) -> Iterator[str]:
    """Yield a shell script with calls of `glab`; the shell expands nothing in them."""
    yield _HEAD
    for number, record in enumerate(export.records(), 1):
        issue, notes, closing = _bodies(export, record, number)
        yield _CALL % ("POST", "issues", json.dumps(issue))
        for note in notes:
            yield _CALL % ("POST", f"issues/{number}/notes", json.dumps(note))
        if closing:
            yield _CALL % ("PUT", f"issues/{number}", json.dumps(closing))


def _bodies(export: Export, record: Exported, number: int) -> tuple[dict[str, Any], list[dict[str, Any]], Any]:
    """Return the issue, its notes, and what closes it, None for an open one."""
    ticket = record.ticket
    text, *comments = forge_text.texts(record, _LONGEST)
    created = moment(ticket.created)
    issue = {
        "iid": number,
        "title": forge_text.title(record),
        "description": text.text,
        "labels": ",".join(forge_text.labels(export, record)),
        "confidential": is_internal_keys(ticket.keys, export.queues),
        **({"created_at": created} if created else {}),
        **({"due_date": due} if (due := day(ticket.text("due"))) else {}),
    }
    notes = [
        {"body": one.text, "internal": one.internal, **({"created_at": one.at} if one.at else {})} for one in comments
    ]
    if not export.is_done(ticket.status):
        return issue, notes, None
    closed = moment(ticket.closed) or created
    return issue, notes, {"state_event": "close", **({"updated_at": closed} if closed else {})}
