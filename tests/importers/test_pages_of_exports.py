"""Exports that were saved page by page: what their pages promise and no file has is counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read

if TYPE_CHECKING:
    from pathlib import Path

MISSING = "tickets of pages that the export does not hold"
BEHIND = "pages behind the last one that the export holds"
FULL = "pages that may follow, because each that is here is full"
T = "2026-02-01T08:00:00Z"


def zendesk(number: int) -> dict[str, Any]:
    return {"id": number, "subject": "A", "status": "new", "requester_id": 1, "submitter_id": 1, "created_at": T}


def redmine(number: int) -> dict[str, Any]:
    return {"id": number, "subject": "A", "status": {"id": 1, "name": "New"}, "created_on": T, "updated_on": T}


def helpscout(number: int) -> dict[str, Any]:
    return {"id": number, "subject": "A", "status": "active", "mailboxId": 1, "createdAt": T}


def hubspot(number: int) -> dict[str, Any]:
    return {"id": str(number), "properties": {"subject": "A", "hs_pipeline_stage": "1"}, "createdAt": T}


def github(number: int) -> dict[str, Any]:
    address = f"https://github.com/acme/shop/issues/{number}"
    return {"id": number, "number": number, "title": "A", "state": "open", "html_url": address, "created_at": T}


def bugzilla(number: int) -> dict[str, Any]:
    return {"id": number, "summary": "A", "status": "NEW", "creation_time": T, "last_change_time": T}


def left_out(system: str, folder: Path, *files: object) -> dict[str, int]:
    path = put(folder, {f"{number}.json": json.dumps(value) for number, value in enumerate(files)})
    lost = read(system, path)[-1].lost
    return {name.partition(": ")[2]: count for name, count in lost.items() if "page" in name}


CASES: dict[str, tuple[str, list[object], dict[str, int]]] = {
    "zendesk, a page of two": (
        "zendesk",
        [{"tickets": [zendesk(1)], "next_page": "https://x", "count": 2}],
        {MISSING: 1},
    ),
    "zendesk, a search with others": (
        "zendesk",
        [{"results": [zendesk(1), {"id": 7, "name": "Bob", "role": "agent", "result_type": "user"}], "count": 2}],
        {},
    ),
    "zendesk, an incremental one": ("zendesk", [{"tickets": [zendesk(1)], "end_of_stream": False}], {BEHIND: 1}),
    "zendesk, its last page": (
        "zendesk",
        [
            {"tickets": [zendesk(1)], "next_page": "https://x", "count": 1, "end_of_stream": False},
            {"tickets": [zendesk(2)], "next_page": "https://x", "count": 1, "end_of_stream": True},
        ],
        {},
    ),
    "zendesk, by cursor": ("zendesk", [{"tickets": [zendesk(1)], "meta": {"has_more": True}}], {BEHIND: 1}),
    "redmine": ("redmine", [{"issues": [redmine(1)], "total_count": 3, "offset": 0, "limit": 1}], {MISSING: 2}),
    "redmine, the same issue twice": (
        "redmine",
        [{"issues": [redmine(1)], "total_count": 2, "offset": 0, "limit": 1}, {"issue": redmine(1)}],
        {MISSING: 1},
    ),
    "redmine, whole": ("redmine", [{"issues": [redmine(1)], "total_count": 1, "offset": 0, "limit": 25}], {}),
    "bugzilla": ("bugzilla", [{"bugs": [bugzilla(1)], "total_matches": 2}], {MISSING: 1}),
    "helpscout": (
        "helpscout",
        [{"_embedded": {"conversations": [helpscout(1)]}, "page": {"totalElements": 4}}],
        {MISSING: 3},
    ),
    "hubspot": ("hubspot", [{"results": [hubspot(1)], "paging": {"next": {"after": "2"}}}], {BEHIND: 1}),
    "hubspot, its last page": (
        "hubspot",
        [{"results": [hubspot(1)], "paging": {"next": {"after": "2"}}}, {"results": [hubspot(2)]}],
        {},
    ),
    "github, a full page": ("github", [[github(number) for number in range(1, 31)]], {FULL: 1}),
    "github, a full page and a short one": (
        "github",
        [[github(number) for number in range(1, 31)], [github(31)]],
        {},
    ),
    "gitea, full pages up to an empty one": ("gitea", [[github(number) for number in range(1, 51)], []], {}),
    "gitea, full pages": (
        "gitea",
        [[github(number) for number in range(1, 51)], [github(number) for number in range(51, 101)]],
        {FULL: 1},
    ),
    "github, a search": (
        "github",
        [{"total_count": 2, "incomplete_results": False, "items": [github(1)]}],
        {MISSING: 1},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_pages_that_nobody_saved_are_counted(case: str, tmp_path: Path) -> None:
    system, files, missing = CASES[case]
    assert left_out(system, tmp_path, *files) == missing
