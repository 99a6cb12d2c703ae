"""Importers: what another system has exported in, neutral records out, one module for each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

# The module of a format has its name, with `_` for `-`, and defines `read(sources: Sources) -> Iterator[Imported]`.
IMPORTERS = {
    "backlog-md": "Tasks of Backlog.md: its folder `backlog`",
    "beads": "Issues of beads: `.beads/issues.jsonl`",
    "bugzilla": "Bugs of Bugzilla: replies of the REST API",
    "csv": "A table whose first line names fields of tickets",
    "freshdesk": "Tickets of Freshdesk and Freshservice: replies of the API",
    "git-bug": "Bugs of git-bug: `git-bug bug show -f json`",
    "git-issue": "Issues of git-issue: its folder `.issues`",
    "gitea": "Issues of Gitea and Forgejo: replies of the API",
    "github": "Issues of GitHub: replies of the API, `gh issue list --json`",
    "gitlab": "Issues of GitLab: replies of the API, CSV export, project export",
    "helpscout": "Conversations of Help Scout: replies of the API",
    "hubspot": "Tickets of HubSpot: replies of the API, the table of its export page",
    "jira": "Issues of Jira: replies of REST v2 and v3, and CSV of all fields",
    "jsonl": "One JSON object a line, whose keys name fields of tickets",
    "linear": "Issues of Linear: the CSV export",
    "mbox": "Mails: each thread is a ticket, its replies are comments",
    "otrs": "Tickets of OTRS, Znuny and OTOBO: replies of TicketGet",
    "redmine": "Issues of Redmine: replies of the REST API",
    "taskwarrior": "Tasks of Taskwarrior: `task export`",
    "todo-txt": "Tasks of todo.txt",
    "trello": "Cards of a Trello board: its JSON export",
    "zendesk": "Tickets of Zendesk: replies of the API, incremental and bulk JSON exports",
}

MARKUPS = {"redmine": ("textile", "markdown")}
"""The formats whose texts may be in one of several markups, which the export does not name."""

OWN = frozenset({"csv", "jsonl"})
"""The formats whose names of statuses, types and priorities are those of the store."""


def records(name: str, sources: Sources) -> Iterator[Imported]:
    """Yield the records of sources, one by one.

    Raise KeyError for an unknown format, RecordError where a source is not of the format.
    """
    if name not in IMPORTERS:
        raise KeyError(name)
    found: Iterator[Imported] = import_module(f"plaintickets.importers.{name.replace('-', '_')}").read(sources)
    return found
