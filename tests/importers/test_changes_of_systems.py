"""The changelogs of systems name fields and people in their own way; here they are those of tickets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read
from plaintickets.core.imported_history import replayed

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-02-0{}T08:00:00Z"
ADA = {"id": 3, "name": "Ada", "email": "ada@example.org", "role": "agent"}
ZENDESK = {"id": 1, "subject": "S", "status": "open", "requester_id": 2, "submitter_id": 2, "created_at": AT.format(1)}
AUDIT = {
    "id": 1,
    "ticket_id": 1,
    "created_at": AT.format(2),
    "author_id": 3,
    "events": [
        {"type": "Change", "field_name": "assignee_id", "previous_value": None, "value": "3"},
        {"type": "Change", "field_name": "due_at", "previous_value": None, "value": "2026-03-01T00:00:00Z"},
    ],
}
OTRS = {"TicketID": "7", "TicketNumber": "10", "Title": "S", "State": "open", "Created": "2026-02-01 08:00:00"}
ENTRIES = [
    ("PriorityUpdate", "%%3 normal%%3%%5 very high%%5"),
    ("OwnerUpdate", "%%ada%%2"),
    ("TypeUpdate", "%%Incident%%2%%Unclassified%%1"),
    ("TitleUpdate", "%%T%%S"),
]
HISTORY = [
    {"TicketID": "7", "HistoryType": kind, "Name": name, "CreateTime": f"2026-02-01 09:00:0{place}", "CreateBy": "2"}
    for place, (kind, name) in enumerate(ENTRIES)
]
STAGES = {
    "results": [{"id": "0", "label": "Support", "stages": [{"id": "1", "label": "New"}, {"id": "9", "label": "Bank"}]}]
}
OWNERS = {"results": [{"id": "11", "firstName": "Ada", "lastName": "L", "email": "ada@example.org"}]}
HUBSPOT = {
    "id": "5",
    "properties": {"subject": "S", "content": "b", "hs_pipeline": "0", "hs_pipeline_stage": "9"},
    "createdAt": AT.format(1),
    "propertiesWithHistory": {
        "hs_pipeline_stage": [
            {"value": "9", "timestamp": AT.format(3), "sourceType": "CRM_UI", "updatedByUserId": 11},
            {"value": "1", "timestamp": AT.format(1), "sourceType": "API", "sourceId": "x"},
        ],
        "hubspot_owner_id": [{"value": "11", "timestamp": AT.format(2), "sourceId": "x"}],
        "content": [{"value": "<b>a</b>\n", "timestamp": AT.format(1), "sourceId": "x"}],
    },
}
JIRA: dict[str, Any] = {"key": "A-1", "fields": {"summary": "S", "created": "2026-02-01T08:00:00.000+0000"}}
JIRA["changelog"] = {
    "histories": [{"created": "2026-02-02T08:00:00.000+0000", "items": [{"field": "Component", "toString": "ui"}]}]
}
FULL = "Ada <ada@example.org>"
CASES: dict[str, tuple[dict[str, object], list[tuple[str, str, str]]]] = {
    "zendesk": (
        {"tickets": [ZENDESK], "audits": {"audits": [AUDIT]}, "users": {"users": [ADA]}},
        [("assignee", "", FULL), ("due", "", "2026-03-01")],
    ),
    "otrs": (
        {"ticket": {"Ticket": [OTRS]}, "history": {"TicketHistory": [{"TicketID": "7", "History": HISTORY}]}},
        [
            ("priority", "normal", "very high"),
            ("assignee", "", "ada"),
            ("type", "Unclassified", "Incident"),
            ("title", "T", "S"),
        ],
    ),
    "hubspot": (
        {"tickets": {"results": [HUBSPOT]}, "pipelines": STAGES, "owners": OWNERS},
        [
            ("status", "", "New"),
            ("text", "", "**a**"),
            ("assignee", "", "Ada L <ada@example.org>"),
            ("status", "New", "Bank"),
        ],
    ),
    "jira": ({"issues": [JIRA]}, [("component", "", "ui")]),
}


@pytest.mark.parametrize("system", CASES)
def test_changes_have_the_names_of_fields_and_people_here(system: str, tmp_path: Path) -> None:
    files, expected = CASES[system]
    (found,) = read(system, put(tmp_path, {f"{name}.json": json.dumps(value) for name, value in files.items()}))
    assert [(one.field, one.before, one.after) for one in replayed(found)] == expected
    assert not any("history" in name.lower() for name in found.lost)


def test_a_table_of_hubspot_names_stages_with_their_pipelines_and_people_with_their_mail(tmp_path: Path) -> None:
    table = "Ticket ID,Ticket name,Pipeline,Ticket status,Ticket owner,Associated Contact\n"
    table += "7,S,Support Pipeline,New (Support Pipeline),Ada L,Bob (bob@example.org)\n"
    (found,) = read("hubspot", f"{put(tmp_path, {'a.csv': table})}/a.csv")
    assert (found.values["status"], found.status_class) == ("New", "open")
    assert (found.values["assignee"], found.values["reporter"]) == ("Ada L", "Bob <bob@example.org>")


def test_events_and_timelines_of_one_issue_are_those_of_the_number_in_their_file(tmp_path: Path) -> None:
    where = "https://api.github.com/repos/acme/shop/issues"
    issue = {
        "number": 1,
        "title": "S",
        "state": "closed",
        "url": f"{where}/1",
        "comments": 1,
        "created_at": AT.format(1),
    }
    said = {"event": "commented", "id": 9, "url": f"{where}/comments/9", "issue_url": f"{where}/1", "body": "x"}
    said |= {"user": {"login": "bob"}, "created_at": AT.format(2)}
    closed = {"id": 3, "url": f"{where}/events/3", "event": "closed", "actor": None, "created_at": AT.format(3)}
    crossed = {"event": "cross-referenced", "actor": None, "created_at": AT.format(3)}
    files = {
        "issues.json": [issue],
        "timeline-1.json": [said, closed, crossed],
        "comments.json": [{**said, "event": ""}],
    }
    (found,) = read("github", put(tmp_path, {name: json.dumps(rows) for name, rows in files.items()}))
    assert [(one.author, one.text) for one in found.comments] == [("bob", "x")]
    assert [(one.field, one.after) for one in found.changes] == [("state", "closed")]
    assert found.lost == {"github: events of other kinds": 1}


def test_tasks_between_commas_without_brackets_are_read(tmp_path: Path) -> None:
    rows = [{"uuid": f"u{number}", "description": "T", "status": "pending"} for number in (1, 2)]
    found = read("taskwarrior", put(tmp_path, {"old.json": ",\n".join(map(json.dumps, rows)) + "\n"}))
    assert [one.key for one in found] == ["taskwarrior:u1", "taskwarrior:u2"]


def test_what_beads_keeps_beside_issues_is_counted(tmp_path: Path) -> None:
    issue = {"id": "bd-1", "title": "S", "status": "open", "issue_type": "task", "created_at": AT.format(1)}
    files = {
        "issues.jsonl": issue,
        "deletions.jsonl": {"id": "bd-9", "ts": AT.format(1), "by": "ada"},
        "interactions.jsonl": {"id": "int-1", "kind": "llm_call", "actor": "ada", "created_at": AT.format(1)},
        "metadata.json": {"database": "beads.db"},
    }
    (found,) = read("beads", put(tmp_path, {name: json.dumps(row) for name, row in files.items()}))
    assert found.lost == {f"beads: records of the kind {kind}": 1 for kind in ("deletion", "interaction", "metadata")}
