"""Import issues of Gitea and Forgejo, whose replies have the shape of GitHub's, except the timeline of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.importers import github
from plaintickets.importers.exports import read_export
from plaintickets.importers.fields import mapping, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.exports import Found, Side
    from plaintickets.importers.sources import Sources

_DEPENDENCIES = frozenset(("add_dependency", "remove_dependency"))


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, github.system("gitea")._replace(side=_side))


def _side(found: Found, side: Side) -> bool:
    value = found.value
    kind = plain(value.get("type")) if "removed_assignee" in value else ""
    if not value.get("issue_url") and value.get("pull_request_url"):
        side.others["comments and events of pull requests"] += 1
    elif kind in _DEPENDENCIES and (at := github.OF_ISSUE.match(plain(value.get("issue_url")))):
        side.add("dependency", f"{at[1]}#{at[2]}".lower(), value)
    elif kind not in {"", "comment"}:
        for event in _events(kind, value):
            github.beside(found._replace(value=event), side)
    else:
        return github.beside(found, side)
    return True


def _events(kind: str, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an entry of a timeline as events of GitHub's shape."""
    base = {**value, "actor": value.get("user"), "issue": {"url": value.get("issue_url")}}
    body = plain(value.get("body"))
    if kind == "milestone":
        found = (("demilestoned", mapping(value.get("old_milestone"))), ("milestoned", mapping(value.get("milestone"))))
        return [{**base, "event": name, "milestone": row} for name, row in found if row]
    new, _, old = body.partition("|")
    events: dict[str, dict[str, Any]] = {
        "close": {"event": "closed"},
        "reopen": {"event": "reopened"},
        "label": {"event": "labeled" if body == "1" else "unlabeled"},
        "assignees": {"event": "unassigned" if value.get("removed_assignee") is True else "assigned"},
        "change_title": {
            "event": "renamed",
            "rename": {"from": value.get("old_title"), "to": value.get("new_title")},
        },
        "added_deadline": {"event": "deadline", "due": {"to": new}},
        "modified_deadline": {"event": "deadline", "due": {"from": old, "to": new}},
        "removed_deadline": {"event": "deadline", "due": {"from": new}},
    }
    return [{**base, **events.get(kind, {"event": kind})}]
