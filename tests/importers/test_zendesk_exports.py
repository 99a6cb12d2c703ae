"""Zendesk's incremental and bulk exports: the later state of a ticket, and what stands inside a ticket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importers.test_every_importer import put, read

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

AT = "2026-02-01T08:00:00Z"
TICKET = {"id": 1, "subject": "S", "status": "open", "requester_id": 2, "submitter_id": 2, "created_at": AT}
TICKET |= {"updated_at": AT}
SAID = [
    {"id": 1, "author_id": 2, "body": "d", "public": True, "created_at": AT},
    {"id": 2, "author_id": 3, "body": "ours", "public": False, "created_at": AT},
]
BULK = {**TICKET, "description": "d", "comments": SAID, "assignee": {"id": 3, "name": "Ada"}}


def test_of_two_states_of_one_moment_the_one_that_was_generated_later_counts(repository: Repository) -> None:
    later = {**TICKET, "generated_timestamp": 1900000002, "tags": ["later"]}
    earlier = {**TICKET, "generated_timestamp": 1900000001, "tags": ["earlier"]}
    for name, rows in (("a.json", [later, earlier]), ("b.json", [earlier, later])):
        (repository.folder / name).write_text(json.dumps({"tickets": rows, "end_of_stream": True}), "utf-8")
        assert repository.tk("import", "zendesk", name).code == 0
        assert "tags: [later]" in "".join(path.read_text("utf-8") for path in repository.tk.store.glob("*.md"))


def test_a_bulk_export_has_the_comments_of_each_line(tmp_path: Path) -> None:
    lines = "".join(f"{json.dumps({**BULK, 'id': number})}\n" for number in (1, 2))
    first, second = read("zendesk", put(tmp_path, {"export.ndjson": lines}))
    assert (first.key, second.key) == ("zendesk:1", "zendesk:2")
    assert (first.text, first.values["assignee"], first.lost) == ("d", "Ada", {})
    assert [(one.author, one.text, one.internal) for one in first.comments] == [("Ada", "ours", True)]


def test_pages_of_comments_and_audits_are_still_those_of_their_file(tmp_path: Path) -> None:
    change = {"type": "Change", "field_name": "status", "value": "open", "previous_value": "new"}
    audits = [{"id": 1, "ticket_id": 1, "created_at": AT, "author_id": 2, "events": [change]}]
    page = {"next_page": None, "previous_page": None, "count": 2}
    files = {
        "t.json": [TICKET],
        "comments-1.json": {"comments": SAID, **page},
        "audits-1.json": {"audits": audits, **page},
    }
    (found,) = read("zendesk", put(tmp_path, {name: json.dumps(value) for name, value in files.items()}))
    assert ([one.text for one in found.comments], len(found.changes), found.lost) == (["d", "ours"], 1, {})
