"""GitLab's project exports and the replies for one issue: what looks like an issue and is none, links, discussions."""

from __future__ import annotations

import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read
from importers.test_other_trackers import changes
from plaintickets.core.imported import RecordError

if TYPE_CHECKING:
    from pathlib import Path

AT = "2026-02-01T08:00:00Z"
MERGE = {"iid": 1, "title": "M", "state": "merged", "target_branch": "main", "created_at": AT}
MILESTONE = {"iid": 1, "title": "v1", "state": "active", "created_at": AT}
MEMBER = {"id": 36, "access_level": 40, "user_id": 7, "user": {"id": 7, "username": "ada"}}
MOVED = {"action": "add", "state": "opened", "created_at": AT, "user_id": 7, "milestone": {"title": "v1"}}
LABEL = {"title": "bug", "color": "#fff", "type": "ProjectLabel", "priorities": []}


def issue(iid: int, **keys: object) -> dict[str, Any]:
    where = f"https://gitlab.example/a/b/-/issues/{iid}"
    return {"id": 90 + iid, "iid": iid, "title": "S", "state": "opened", "created_at": AT, "web_url": where, **keys}


IN_EXPORT = {"iid": 1, "title": "S", "state": "opened", "created_at": AT, "author_id": 7}
IN_EXPORT |= {"resource_milestone_events": [MOVED]}


def test_the_folder_of_a_project_export_gives_its_issues_alone(tmp_path: Path) -> None:
    rows = {"issues": IN_EXPORT, "merge_requests": MERGE, "milestones": MILESTONE, "project_members": MEMBER}
    files: dict[str, str | bytes] = {
        f"tree/project/{name}.ndjson": f"{json.dumps(row)}\n" for name, row in {**rows, "labels": LABEL}.items()
    }
    files |= {
        "tree/project.json": '{"description": "D", "visibility_level": 10}',
        "GITLAB.json": '{"gitlab_revision": 1}',
    }
    (found,) = read("gitlab", put(tmp_path, files))
    assert (found.key, found.values["reporter"], changes(found)) == ("gitlab:1", "ada", [("milestone", "", "v1")])
    assert found.lost == {
        f"gitlab: records of {name}": count
        for name, count in {"the project": 2, "merge_requests": 1, "milestones": 1, "labels": 1}.items()
    }


def test_an_export_before_version_13_is_one_object(tmp_path: Path) -> None:
    whole = {"description": "D", "visibility_level": 10, "issues": [IN_EXPORT], "merge_requests": [MERGE]}
    whole |= {"milestones": [MILESTONE], "project_members": [MEMBER], "labels": [LABEL]}
    (found,) = read("gitlab", put(tmp_path, {"project.json": json.dumps(whole)}))
    assert (found.key, found.values["reporter"]) == ("gitlab:1", "ada")
    assert found.lost == {f"gitlab: records of {name}": 1 for name in ("the project", "merge_requests", "milestones")}


@pytest.mark.parametrize("name", ["export.tar.gz", "export.tar", "export.tgz"])
def test_an_archive_of_another_kind_is_to_be_unpacked(name: str, tmp_path: Path) -> None:
    put(tmp_path, {"issues.ndjson": "{}"})
    with tarfile.open(tmp_path / name, "w:gz" if "gz" in name else "w") as archive:
        archive.add(tmp_path / "issues.ndjson", "tree/project/issues.ndjson")
    with pytest.raises(RecordError, match=f"{name}: is an archive that is not read; unpack it"):
        read("gitlab", str(tmp_path / name))


def test_the_links_of_an_issue_are_links_and_no_issues(tmp_path: Path) -> None:
    ends = [issue(2, link_type="is_blocked_by"), issue(3, link_type="relates_to"), issue(4, link_type="blocks")]
    files = {"issues.json": [issue(1), issue(2)], "links-1.json": ends}
    first, second = read("gitlab", put(tmp_path, {name: json.dumps(rows) for name, rows in files.items()}))
    assert first.relations == {"deps": ["gitlab:a/b#2"], "links": ["gitlab:a/b#3"], "blocks": ["gitlab:a/b#4"]}
    assert (second.relations, second.lost) == ({}, {})


def test_notes_of_discussions_and_of_pages_are_there_once(tmp_path: Path) -> None:
    note = {"id": 5, "noteable_iid": 1, "body": "x", "system": False, "author": {"name": "Ada"}, "created_at": AT}
    event = {"resource_type": "Issue", "user": {"name": "Ada"}, **MOVED, "action": "remove"}
    files = {
        "issues.json": [issue(1)],
        "notes-1.json": [note],
        "discussions-1.json": [
            {"id": "6a9c", "individual_note": True, "notes": [note, {**note, "id": 6, "body": "y"}]}
        ],
        "milestone-events-1.json": [event],
    }
    (found,) = read("gitlab", put(tmp_path, {name: json.dumps(rows) for name, rows in files.items()}))
    assert [one.text for one in found.comments] == ["x", "y"]
    assert (changes(found), found.lost) == ([("milestone", "v1", "")], {})
