"""Issues for GitHub's import API (`POST /repos/OWNER/REPO/import/issues`), which keeps times and notifies nobody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plaintickets.exporters import forge_text
from plaintickets.exporters.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

_LONGEST = 60_000  # of 65,536 characters
_HEAD = """\
#!/bin/sh
# Run it in a clone of the repository that gets the issues, after `gh auth login`.
set -eu
"""
_CALL = """\
gh api --method POST --silent 'repos/{owner}/{repo}/import/issues' \\
  --header 'Accept: application/vnd.github.golden-comet-preview+json' --input - <<'TK_END'
%s
TK_END
"""


def pieces(export: Export) -> Iterator[str]:
    """Yield the body of a call for each issue, one a line."""
    for record in export.records():
        yield json.dumps(_issue(export, record)) + "\n"


def calls(export: Export) -> Iterator[str]:
    """Yield a shell script with a call of `gh` for each issue; the shell expands nothing in it."""
    yield _HEAD
    for record in export.records():
        yield _CALL % json.dumps(_issue(export, record))


def _issue(export: Export, record: Exported) -> dict[str, Any]:
    ticket = record.ticket
    body, *comments = forge_text.texts(record, _LONGEST)
    issue: dict[str, Any] = {
        "title": forge_text.title(record),
        "body": body.text,
        "closed": export.is_done(ticket.status),
        "labels": forge_text.labels(export, record),
    }
    created = moment(ticket.created)
    closed = (moment(ticket.closed) or created) if issue["closed"] else ""
    issue.update({name: text for name, text in (("created_at", created), ("closed_at", closed)) if text})
    rows = [{**({"created_at": one.at} if one.at else {}), "body": one.text} for one in comments]
    return {"issue": issue, "comments": rows}
