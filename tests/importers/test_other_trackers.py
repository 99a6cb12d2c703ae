"""What users of the smaller systems have in their exports: several shapes of one reply, histories, odd values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importers.test_every_importer import put, read
from plaintickets.core.import_text import with_ids, without_mail
from plaintickets.core.imported import FieldChange, Imported
from plaintickets.git.commit_stream import person

if TYPE_CHECKING:
    from pathlib import Path

T = "2026-02-0{}T08:00:00Z"


def imported(system: str, folder: Path, **files: object) -> list[Imported]:
    """Return the records of an export whose files are named by keywords: `comments_5` is comments_5.json."""
    return read(system, put(folder, {f"{name}.json": json.dumps(value) for name, value in files.items()}))


def changes(record: Imported) -> list[tuple[str, str, str]]:
    return [(one.field, one.before, one.after) for one in record.changes]


FORGE = "https://forge.example/git/acme/shop"


def gitea_issue(number: int, **keys: object) -> dict[str, Any]:
    return {
        "id": 100 + number,
        "number": number,
        "title": "A",
        "state": "open",
        "html_url": f"{FORGE}/issues/{number}",
        "user": {"login": "bob"},
        "created_at": T.format(1),
        "updated_at": T.format(4),
        **keys,
    }


def gitea_entry(id_: int, kind: str, **keys: object) -> dict[str, Any]:
    base = {"id": id_, "type": kind, "issue_url": f"{FORGE}/issues/1", "pull_request_url": "", "body": ""}
    return {**base, "user": {"login": "ada"}, "removed_assignee": False, "created_at": T.format(2), **keys}


def test_a_forge_below_a_path_keeps_its_repository_and_leaves_out_comments_of_pulls(tmp_path: Path) -> None:
    pull = {"id": 2, "issue_url": "", "pull_request_url": f"{FORGE}/pulls/3", "body": "LGTM", "user": {"login": "ada"}}
    (issue,) = imported("gitea", tmp_path, issues=[gitea_issue(1)], comments=[pull])
    assert issue.key == "gitea:acme/shop#1"
    assert issue.lost == {"gitea: comments and events of pull requests": 1}


def test_a_forges_due_day_and_moved_authors_are_those_that_it_shows(tmp_path: Path) -> None:
    ghost = {"user": {"login": "Ghost"}, "original_author": "octocat"}
    said = [{"id": 1, "issue_url": f"{FORGE}/issues/1", "body": "Yes", "created_at": T.format(2), **ghost}]
    issue = gitea_issue(1, comments=1, due_date="2026-02-20T23:59:59-05:00", **ghost)
    (found,) = imported("gitea", tmp_path, issues=[issue], comments=[*said, *said])
    assert (found.values["due"], found.values["reporter"]) == ("2026-02-20", "octocat")
    assert [(one.author, one.text) for one in found.comments] == [("octocat", "Yes")]


def test_the_timeline_of_a_forge_is_its_history(tmp_path: Path) -> None:
    timeline = [
        gitea_entry(1, "comment", body="Yes"),
        gitea_entry(2, "label", body="1", label={"name": "bug"}),
        gitea_entry(3, "label", label={"name": "bug"}),
        gitea_entry(4, "close"),
        gitea_entry(5, "reopen"),
        gitea_entry(6, "change_title", old_title="Old", new_title="A"),
        gitea_entry(7, "milestone", old_milestone={"title": "v1"}, milestone={"title": "v2"}),
        gitea_entry(8, "assignees", assignee={"login": "ada"}),
        gitea_entry(9, "assignees", assignee={"login": "ada"}, removed_assignee=True),
        gitea_entry(10, "added_deadline", body="2026-02-10"),
        gitea_entry(11, "modified_deadline", body="2026-02-20|2026-02-10"),
        gitea_entry(12, "removed_deadline", body="2026-02-20"),
        gitea_entry(13, "add_dependency", dependent_issue=gitea_issue(2)),
        gitea_entry(14, "add_dependency", dependent_issue=gitea_issue(3)),
        gitea_entry(15, "remove_dependency", dependent_issue=gitea_issue(3)),
        gitea_entry(16, "commit_ref", body="<a>fix</a>"),
    ]
    said = [gitea_entry(1, "comment", body="Yes")]
    first, _ = imported("gitea", tmp_path, issues=[gitea_issue(1), gitea_issue(2)], comments=said, timeline=timeline)
    assert changes(first) == [
        ("labels", "", "bug"),
        ("labels", "bug", ""),
        ("state", "open", "closed"),
        ("state", "closed", "open"),
        ("title", "Old", "A"),
        ("milestone", "v1", ""),
        ("milestone", "", "v2"),
        ("assignee", "", "ada"),
        ("assignee", "ada", ""),
        ("due", "", "2026-02-10"),
        ("due", "2026-02-10", "2026-02-20"),
        ("due", "2026-02-20", ""),
    ]
    assert first.relations == {"links": ["gitea:acme/shop#2"]}
    assert [one.text for one in first.comments] == ["Yes"]


def redmine_issue(number: int, **keys: object) -> dict[str, Any]:
    base = {"id": number, "subject": "A", "status": {"id": 1, "name": "New"}, "created_on": T.format(1)}
    return {**base, "updated_on": T.format(4), **keys}


def test_the_journals_of_redmine_name_what_their_numbers_mean(tmp_path: Path) -> None:
    details = [
        ("status_id", "1", "5"),
        ("priority_id", "3", "8"),
        ("tracker_id", "2", ""),
        ("assigned_to_id", None, "11"),
        ("fixed_version_id", "9", None),
        ("parent_id", None, "2"),
        ("subject", "B", "A"),
        ("description", "Two\r\nlines", ""),
    ]
    rows = [{"property": "attr", "name": name, "old_value": old, "new_value": new} for name, old, new in details]
    rows.append({"property": "cf", "name": "7", "old_value": "x", "new_value": "y"})
    journal = {"user": {"id": 11, "name": "Ada"}, "notes": "", "created_on": T.format(2), "details": rows}
    first, _ = imported(
        "redmine",
        tmp_path,
        issue_3={"issue": redmine_issue(3, journals=[journal])},
        issue_2={"issue": redmine_issue(2, fixed_version={"id": 9, "name": "1.2"}, journals=[])},
        issue_statuses={"issue_statuses": [{"id": 5, "name": "Closed"}]},
        issue_priorities={"issue_priorities": [{"id": 3, "name": "Low"}]},
        trackers={"trackers": [{"id": 2, "name": "Feature"}]},
        users={"users": [{"id": 11, "login": "ada", "firstname": "Ada", "lastname": "L", "mail": "ada@example.com"}]},
    )[::-1]
    assert changes(first) == [
        ("status", "New", "Closed"),
        ("priority", "Low", "8"),
        ("type", "Feature", ""),
        ("assignee", "", "Ada L <ada@example.com>"),
        ("milestone", "1.2", ""),
        ("parent", "", "redmine:2"),
        ("title", "B", "A"),
        ("text", "Two\nlines", ""),
        ("cf", "x", "y"),
    ]


def test_a_page_of_redmine_gives_way_to_the_whole_issue(tmp_path: Path) -> None:
    note = {"user": {"id": 11, "name": "Ada"}, "notes": "Done", "private_notes": True, "created_on": T.format(2)}
    page = {"issues": [redmine_issue(3)], "total_count": 1, "offset": 0, "limit": 100}
    whole = {"issue": redmine_issue(3, journals=[note])}
    (found,) = imported("redmine", tmp_path, issue_3=whole, page_0=page)
    assert [(one.text, one.internal) for one in found.comments] == [("Done", True)]
    assert found.lost == {}


def bugzilla_bug(number: int, **keys: object) -> dict[str, Any]:
    base = {"id": number, "summary": "A", "status": "NEW", "creator": "bob@example.com", "creation_time": T.format(1)}
    return {**base, "last_change_time": T.format(4), **keys}


def bugzilla_comments(*rows: dict[str, object]) -> dict[str, Any]:
    base = {"bug_id": 35, "creator": "cy@example.com"}
    said = [{**base, "count": number, "creation_time": T.format(number + 1), **row} for number, row in enumerate(rows)]
    return {"bugs": {"35": {"comments": said}}, "comments": {}}


def test_what_is_private_in_bugzilla_is_internal_from_the_first_comment_on(tmp_path: Path) -> None:
    files = [{"id": 8, "bug_id": 35, "file_name": "exploit.c", "is_private": 1, "creation_time": T.format(2)}]
    (found,) = imported(
        "bugzilla",
        tmp_path,
        bugs={"bugs": [bugzilla_bug(35, comment_count=3, description="Secret")]},
        comments=bugzilla_comments({"text": "Secret", "is_private": True}, {"text": "Hello"}),
        attachments={"bugs": {"35": files}, "attachments": {}},
    )
    assert found.text == ""
    assert [(one.text, one.internal) for one in found.comments] == [
        ("Secret", True),
        ("Hello", False),
        ("Attachments:\n\n- exploit.c", True),
    ]
    assert found.lost == {"bugzilla: comments that the export does not hold": 1}


def test_the_history_of_bugzilla_has_the_names_of_people_and_fields(tmp_path: Path) -> None:
    detail = {"name": "ada@example.com", "email": "ada@example.com", "real_name": "Ada Lovelace"}
    rows = [
        ("assigned_to", "nobody@example.com", "ada@example.com"),
        ("summary", "B", "A"),
        ("keywords", "", "crash, perf"),
        ("target_milestone", "---", "2.0"),
    ]
    history = [{"field_name": name, "removed": before, "added": after} for name, before, after in rows]
    bug = bugzilla_bug(35, assigned_to="nobody@example.com", cc_detail=[detail], cf_kind="---", target_milestone="2.0")
    told = {"when": T.format(2), "who": "ada@example.com", "changes": history}
    (found,) = imported("bugzilla", tmp_path, bugs={"bugs": [bug]}, h={"bugs": [{"id": 35, "history": [told]}]})
    ada = "Ada Lovelace <ada@example.com>"
    assert changes(found) == [
        ("assignee", "", ada),
        ("title", "B", "A"),
        ("tags", "", "crash, perf"),
        ("milestone", "", "2.0"),
    ]
    assert {one.author for one in found.changes} == {ada}
    assert "assignee" not in found.values
    assert found.extra == {}


def test_a_reference_of_bugzilla_is_a_bug_and_not_a_comment() -> None:
    ids = {"bugzilla:1": "pt-a", "bugzilla:34": "pt-b"}
    text = "See bug 34 comment 2, Bug #1, comment #1, `bug 1`, debug 1, bug 99."
    shown = with_ids(text, "bugzilla:35", lambda key: ids.get(key, ""))
    assert shown == "See pt-b comment 2, pt-a, comment #1, `bug 1`, debug 1, bug 99."


def test_redaction_reaches_the_changelog() -> None:
    ada = "Ada <ada@example.com>"
    rows = [FieldChange("", ada, "assignee", ada, ""), FieldChange("", ada, "text", "to x@example.com <a>", "b")]
    assert "@" not in repr(without_mail(Imported("", "A", changes=rows)).changes)


def test_an_author_who_has_only_an_address_is_found_by_it() -> None:
    assert person("ada@example.com") == b"ada@example.com <ada@example.com>"
    assert person("Ada <ada@example.com>") == b"Ada <ada@example.com>"
    assert person("ada") == b"ada <>"
