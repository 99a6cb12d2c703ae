"""What users of the smaller systems have in their exports: several shapes of one reply, histories, odd values."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read
from plaintickets.core.import_text import with_ids, without_mail
from plaintickets.core.imported import FieldChange, Imported, RecordError
from plaintickets.git.commit_stream import person
from plaintickets.importers.jira_wiki import to_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

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


def test_a_private_attachment_of_a_public_comment_is_in_an_internal_one(tmp_path: Path) -> None:
    file = {"id": 8, "bug_id": 35, "file_name": "exploit.c", "is_private": 1, "creation_time": T.format(2)}
    (found,) = imported(
        "bugzilla",
        tmp_path,
        bugs={"bugs": [bugzilla_bug(35)]},
        comments=bugzilla_comments({"text": "Crash"}, {"text": "See the file", "attachment_id": 8}),
        attachments={"bugs": {"35": [file]}, "attachments": {}},
    )
    assert [(one.text, one.internal) for one in found.comments] == [
        ("See the file", False),
        ("Attachments:\n\n- exploit.c", True),
    ]


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


@pytest.mark.parametrize("text", ["](" * 40_000, "[a](" * 20_000])
@pytest.mark.parametrize("system", ["redmine", "bugzilla"])
def test_the_search_for_references_takes_linear_time(text: str, system: str) -> None:
    start = time.process_time()
    assert with_ids(f"#1 {text}", f"{system}:1", lambda _: "") == f"#1 {text}"
    assert time.process_time() - start < 4


def test_code_of_jira_that_never_ends_takes_linear_time() -> None:
    start = time.process_time()
    assert to_markdown("{{" * 20_000) == "{{" * 20_000
    assert time.process_time() - start < 4


def test_redaction_reaches_the_changelog() -> None:
    ada = "Ada <ada@example.com>"
    rows = [FieldChange("", ada, "assignee", ada, ""), FieldChange("", ada, "text", "to x@example.com <a>", "b")]
    assert "@" not in repr(without_mail(Imported("", "A", changes=rows)).changes)


def test_an_author_who_has_only_an_address_is_found_by_it() -> None:
    assert person("ada@example.com") == b"ada@example.com <ada@example.com>"
    assert person("Ada <ada@example.com>") == b"Ada <ada@example.com>"
    assert person("ada") == b"ada <>"


def trello_card(id_: str, **keys: object) -> dict[str, Any]:
    return {"id": id_, "idList": "l1", "name": "A", "dateLastActivity": T.format(5), **keys}


def trello_action(id_: int, kind: str, card: str, **data: object) -> dict[str, Any]:
    base = {"id": str(id_), "type": kind, "date": T.format(2), "memberCreator": {"fullName": "Ada"}}
    return {**base, "data": {"card": {"id": card, "name": "A", "due": T.format(9), "desc": ""}, **data}}


def test_a_card_of_trello_keeps_options_links_and_who_does_what(tmp_path: Path) -> None:
    card = trello_card(
        "c1",
        idMemberCreator="m1",
        start=T.format(3),
        badges={"comments": 2},
        customFieldItems=[{"idCustomField": "f1", "idValue": "o1", "value": None}],
        attachments=[{"name": "x", "url": "https://trello.com/c/Short/2-b"}],
    )
    step = {"name": "paint", "state": "incomplete", "idMember": "m1", "due": T.format(3)}
    board = {
        "cards": [card, trello_card("c2", shortLink="Short", idList="l2")],
        "lists": [{"id": "l1", "name": "Doing"}, {"id": "l2", "name": "Old", "closed": True}],
        "members": [{"id": "m1", "fullName": "Bob"}],
        "customFields": [{"id": "f1", "name": "Shop", "options": [{"id": "o1", "value": {"text": "North"}}]}],
        "checklists": [{"id": "k1", "idCard": "c1", "name": "Steps", "checkItems": [step]}],
    }
    first, second = imported("trello", tmp_path, board=board)
    assert first.extra == {"trello-start": T.format(3), "trello-shop": "North"}
    assert (
        first.text
        == "## Steps\n\n- [ ] paint · Bob · 2026-02-03\n\n## Attachments\n\n- [x](https://trello.com/c/Short/2-b)"
    )
    assert (first.values["reporter"], first.relations) == ("Bob", {"links": ["trello:c2"]})
    assert first.lost == {"trello: comments that the export does not hold": 2}
    assert (second.status_class, second.values["status"], second.extra) == ("done", "archived", {"trello-list": "Old"})


def test_actions_of_trello_that_were_asked_for_apart_are_read_once(tmp_path: Path) -> None:
    told = [
        trello_action(1, "updateCard", "c1", old={"name": "B", "pos": 3}),
        trello_action(5, "updateCard", "c1", old={"closed": True}, list={"name": "Doing"}),
        trello_action(6, "updateCard", "c1", old={"dueComplete": False}, list={"name": "Doing"}),
        trello_action(2, "updateCard", "c1", old={"due": None}),
        trello_action(3, "commentCard", "c1", text="Yes"),
    ]
    board = {
        "cards": [trello_card("c1", dueComplete=True)],
        "actions": told[:2],
        "lists": [{"id": "l1", "name": "Doing"}],
    }
    of_board = [{**trello_action(4, "updateBoard", ""), "data": {"board": {}}}]
    (found,) = imported("trello", tmp_path, actions=told + of_board, board=board)
    assert (found.values["status"], found.extra, found.closed) == ("complete", {"trello-list": "Doing"}, T.format(5))
    assert changes(found) == [
        ("title", "B", "A"),
        ("list", "archived", "Doing"),
        ("list", "Doing", "complete"),
        ("due", "", "2026-02-09"),
    ]
    assert [one.text for one in found.comments] == ["Yes"]
    assert found.lost == {"trello: actions of the board": 1}


def test_as_many_actions_as_trello_exports_are_noticed(tmp_path: Path) -> None:
    actions = [trello_action(number, "updateCard", "c1", old={"pos": 3}) for number in range(1001)]
    lost = "trello: actions before the newest 1,000, which an export leaves out"
    for count, there in ((999, {}), (1000, {lost: 1}), (1001, {})):
        (found,) = imported(
            "trello", tmp_path / str(count), b={"cards": [trello_card("c1")], "actions": actions[:count]}
        )
        assert found.lost == there


def test_a_table_of_linear_has_days_of_any_zone_and_texts_that_are_no_formulas(tmp_path: Path) -> None:
    rows = [
        ("SHOP-1", "'=Total", "'- a list", "Thu Jun 25 2026 23:00:00 GMT+0000 (GMT+00:00)", "2026-06-26"),
        ("SHOP-2", "'Quoted'", "", "Fri Jun 26 2026 07:00:00 GMT+0000 (GMT+00:00)", "2026-06-26"),
        ("SHOP-3", "Plain", "", "2026-06-26", "2026-06-26"),
    ]
    head = "ID,Title,Description,Status,Due Date,Started,Time in status (minutes)\n"
    lines = "".join(f"{key},{title},{text},Todo,{due},{rows[0][3]},10\n" for key, title, text, due, _ in rows)
    found = read("linear", put(tmp_path, {"issues.csv": head + lines}))
    assert [(one.title, one.text) for one in found] == [("=Total", "- a list"), ("'Quoted'", ""), ("Plain", "")]
    assert [one.values["due"] for one in found] == [due for *_, due in rows]
    assert found[0].extra == {"linear-started": "2026-06-25T23:00:00Z"}
    assert found[0].lost == {"linear: Time in status (minutes)": 1}


def test_an_export_of_everything_from_beads_counts_what_is_no_issue(tmp_path: Path) -> None:
    issue = {
        "_type": "issue",
        "id": "bd-1",
        "title": "A",
        "issue_type": "task",
        "status": "open",
        "created_at": T.format(1),
    }
    rows = [issue, {"_type": "memory", "key": "auth", "value": "It uses JWT."}]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (found,) = read("beads", put(tmp_path, {"issues.jsonl": text}))
    assert (found.extra, found.lost) == ({}, {"beads: records of the kind memory": 1})


def test_a_list_of_git_bug_gives_way_to_the_bug_and_tells_where_that_is_from(tmp_path: Path) -> None:
    bug = {
        "id": "a" * 64,
        "human_id": "a" * 7,
        "title": "A",
        "status": "open",
        "create_time": {"timestamp": 1769932800},
    }
    listed = {**bug, "comments": 1, "metadata": {"origin": "github", "github-id": "x"}}
    whole = {**bug, "comments": [{"message": "It dies"}]}
    (found,) = imported("git-bug", tmp_path, all=[listed], bug_a=whole)
    assert (found.text, found.lost) == ("It dies", {})
    origin = {"git-bug-metadata-origin": "github", "git-bug-metadata-github-id": "x"}
    assert found.extra == {"git-bug-human-id": "a" * 7, **origin}


def test_a_task_of_backlog_keeps_its_comments_milestone_and_that_it_was_archived(tmp_path: Path) -> None:
    front = "---\nid: task-{}\ntitle: A\nstatus: To Do\nmilestone: m-6\ncreated_date: '2026-02-01 08:00'\n---\n"
    said = (
        "## Comments\n\n<!-- COMMENTS:BEGIN -->\nauthor: @ada\ncreated: 2026-02-02 09:00\n---\nOne.\n\n---\nTwo.\n---\n"
        "\ncreated: 2026-02-03 09:00\n---\nThree.\n---\n<!-- COMMENTS:END -->\n\n## Final Summary\n"
    )
    files = {
        "tasks/task-1 - A.md": front.format(1) + "\n## Description\n\nSlow.\n\n" + said,
        "archive/tasks/task-2 - A.md": front.format(2),
        "milestones/m-6 - x.md": "---\nid: m-6\ntitle: New board\n---\n",
        "docs/readme.md": "Nothing.",
    }
    archived, task = read("backlog-md", put(tmp_path, dict(files)))
    assert task.text == "## Description\n\nSlow.\n\n## Final Summary"
    assert [(one.date, one.author, one.text) for one in task.comments] == [
        ("2026-02-02T09:00:00Z", "ada", "One.\n\n---\nTwo."),
        ("2026-02-03T09:00:00Z", "", "Three."),
    ]
    assert (task.values["milestone"], task.values["status"]) == ("New board", "To Do")
    assert (archived.status_class, archived.extra) == ("done", {"backlog-md-column": "To Do"})


@pytest.mark.parametrize("length", [40, 64])
def test_commits_beside_git_issue_give_times_and_authors(tmp_path: Path, length: int) -> None:
    issue, early, late = "ab" + "c" * (length - 2), "e" * length, "d" * length
    folder = f".issues/issues/ab/{issue[2:]}"
    files = {
        f"{folder}/description": "Crash\n\nIt dies.\n",
        f"{folder}/tags": "open\n",
        f"{folder}/watchers": "cy@example.com\nbob@example.com\n",
        f"{folder}/comments/{late}": "Fixed.\n",
        f"{folder}/comments/{early}": "Where?\n",
        ".issues/commits.txt": f"{late}\t2026-02-03T09:00:00+01:00\tAda, L. <ada@example.com>\n"
        f"{early}\t2026-02-02T09:00:00+01:00\tBob <>\n{issue}\t2026-02-01T09:00:00+01:00\tBob <bob@example.com>\n",
    }
    (found,) = read("git-issue", put(tmp_path, dict(files)))
    assert (found.created, found.values["reporter"]) == (T.format(1), "Bob <bob@example.com>")
    assert [(one.date, one.author, one.text) for one in found.comments] == [
        (T.format(2), "Bob", "Where?"),
        (T.format(3), "Ada L. <ada@example.com>", "Fixed."),
    ]
    assert found.lost == {}
    assert found.extra == {"git-issue-watchers": "cy@example.com, bob@example.com"}
    (tmp_path / ".issues" / "commits.txt").write_text("2026-02-03\n")
    with pytest.raises(RecordError, match=r"commits.txt: line 1: holds no commit"):
        read("git-issue", str(tmp_path))


def test_attachments_of_git_issue_are_copied_whatever_they_hold(repository: Repository) -> None:
    folder = repository.folder / ".issues" / "issues" / "ab" / ("c" * 38)
    (folder / "attachments").mkdir(parents=True)
    (folder / "description").write_text("Crash\n", "utf-8")
    (folder / "attachments" / "plan.png").write_bytes(b"\x89PNG\r\n\xff")
    (folder / "attachments" / "\x1b[2J\n- [x](y)").write_bytes(b"")
    assert repository.tk("import", "git-issue", ".issues").code == 0
    (copy,) = repository.tk.store.glob("*.d/attachments/*.png")
    (ticket,) = repository.tk.store.glob("*.d")
    assert copy.read_bytes() == b"\x89PNG\r\n\xff"
    text = ticket.with_suffix(".md").read_text("utf-8")
    assert f"[plan.png]({ticket.name}/attachments/{copy.name})" in text
    assert "\x1b" not in text
    assert "- _[2J - _x_(y)" in text or "- [_2J - _x_(y)]" in text


@pytest.mark.parametrize(
    ("midnights", "at", "day"),
    [
        (["T230000Z", "T230000Z", "T090000Z"], "20260209T230000Z", "2026-02-10"),
        (["T230000Z"], "20260609T220000Z", "2026-06-10"),
        (["T220000Z"], "20260209T230000Z", "2026-02-10"),
        (["T230000Z"], "20260210T160000Z", "2026-02-10"),
        (["T230000Z"], "20260210T225959Z", "2026-02-10"),
        (["T220000Z"], "20260210T225959Z", "2026-02-10"),
        (["T080000Z"], "20260210T080000Z", "2026-02-10"),
        (["T080000Z"], "20260611T070000Z", "2026-06-11"),
        (["T183000Z"], "20260209T183000Z", "2026-02-10"),
        (["T000000Z"], "20260210T233000Z", "2026-02-10"),
        (["T230000Z"], "99991231T230000Z", "9999-12-31"),
    ],
)
def test_a_day_of_taskwarrior_is_that_of_its_zone(midnights: list[str], at: str, day: str, tmp_path: Path) -> None:
    base = {"description": "A", "status": "pending", "entry": "20260201T080000Z"}
    tasks = [{**base, "uuid": f"w{number}", "wait": f"20260201{time}"} for number, time in enumerate(midnights * 3)]
    first, *_ = imported("taskwarrior", tmp_path, tasks=[{**base, "uuid": "u", "due": at}, *tasks])
    assert first.values["due"] == day
    assert first.extra["taskwarrior-due"][:4] == at[:4]


def test_a_line_of_todo_txt_is_the_same_when_it_is_done(tmp_path: Path) -> None:
    (before,) = read("todo-txt", put(tmp_path / "a", {"todo.txt": "(A) 2026-02-01 Call Bob due:soon\n"}))
    (after,) = read("todo-txt", put(tmp_path / "b", {"done.txt": "x 2026-02-03 2026-02-01 Call Bob due:soon pri:A\n"}))
    assert before.key == after.key
    assert (before.values["priority"], after.values["priority"]) == ("0", "0")
    assert (before.extra, "due" in before.values) == ({"todo-txt-due": "soon"}, False)


def test_a_started_task_has_a_status_of_its_own(tmp_path: Path) -> None:
    base = {"description": "A", "status": "pending", "entry": "20260201T080000Z"}
    tasks = [{**base, "uuid": "a", "start": "20260202T080000Z"}, {**base, "uuid": "b"}]
    found = imported("taskwarrior", tmp_path, tasks=tasks)
    assert [(one.values["status"], one.status_class) for one in found] == [("started", "active"), ("pending", "open")]


def mail(id_: int, day: int, *parents: int) -> str:
    told = "".join(f" <{parent}@example.com>" for parent in parents)
    return (
        f"From: bob@example.com\nSubject: Re: Ink?\nMessage-ID: <{id_}@example.com>\n"
        f"Date: {day} Feb 2026 08:00:00 +0000\n{f'References:{told}' if told else ''}\n\nMail {id_}\n"
    ).replace("\n\n\n", "\n\n")


def test_a_thread_is_one_whatever_the_order_of_its_mails_and_each_mail_is_there_once(tmp_path: Path) -> None:
    names = {"a.eml": mail(3, 3, 2), "b.eml": mail(2, 2, 1), "c.eml": mail(1, 1), "d.eml": mail(2, 2, 1)}
    names |= {"e.eml": mail(6, 6, 5), "f.eml": mail(7, 7, 5)}
    first, second = read("mbox", put(tmp_path, dict(names)))
    assert (first.key, first.text) == ("mbox:1@example.com", "Mail 1")
    assert [one.text for one in first.comments] == ["Mail 2", "Mail 3"]
    assert first.lost == {"mbox: mails that are there twice": 1}
    assert (second.key, [one.text for one in second.comments]) == ("mbox:5@example.com", ["Mail 7"])


def test_a_thread_without_its_first_mail_is_the_one_that_a_later_export_has_whole(repository: Repository) -> None:
    answers = {"b.eml": mail(2, 2, 1), "c.eml": mail(3, 3, 1, 2)}
    for names in (answers, {"a.eml": mail(1, 1), **answers}):
        put(repository.folder / "mails", dict(names))
        done = json.loads(repository.tk("import", "mbox", "mails", "--json").stdout)
    assert (done["created"], len(done["updated"])) == ([], 1)
    text = repository.tk.text(done["updated"][0])
    assert [text.count(f"\nMail {number}\n") for number in (1, 2, 3)] == [1, 1, 1]


def test_a_maildir_is_read_by_its_folders(tmp_path: Path) -> None:
    names = {
        "cur/1770105600.M1P1.host:2,S": mail(1, 1),
        "new/1770105601.M2P1.host": mail(2, 2, 1),
        "dovecot.index": "x",
    }
    (found,) = read("mbox", put(tmp_path / "Maildir", dict(names)))
    assert [one.text for one in found.comments] == ["Mail 2"]


def test_old_forms_of_backlog_are_read_as_it_reads_them(tmp_path: Path) -> None:
    front = "id: task-1\ntitle: A\nstatus: Done\nassignee: {}\nreporter: @cy\ncreated_date: {}\nsubtasks: [task-1.1]\n"
    forms = [("@ada", "01-02-26"), ("[@ada, 'bob']", "01/02/26"), ("['@ada']", "01.02.26"), ("ada # x", "2026-02-01")]
    for number, (people, date) in enumerate(forms):
        text = f"---\n{front.format(people, date)}---\n"
        (found,) = read("backlog-md", put(tmp_path / str(number), {"tasks/task-1.md": text}))
        assert (found.values["assignee"].partition(" ")[0], found.values["reporter"]) == ("ada", "cy")
        assert found.created == "2026-02-01T00:00:00Z"
        assert found.relations == {"children": ["backlog-md:TASK-1.1"]}


def test_a_milestone_of_github_is_no_issue(tmp_path: Path) -> None:
    stone = {
        "number": 1,
        "title": "v1",
        "state": "open",
        "open_issues": 1,
        "html_url": "https://github.com/a/b/milestone/1",
    }
    (found,) = imported("github", tmp_path, issues=[gitea_issue(1, body="x")], milestones=[stone])
    assert found.lost == {"github: labels and other records": 1}


def test_a_file_of_backlog_that_begins_comments_without_end_is_read_in_one_go(tmp_path: Path) -> None:
    front = "---\nid: task-1\ntitle: A\nstatus: Done\n" + "\n" * 200_000 + "---\n"
    (found,) = read("backlog-md", put(tmp_path, {"tasks/a.md": front + "<!-- COMMENTS:BEGIN -->\n" * 200_000}))
    assert (found.title, found.comments) == ("A", [])


def test_a_comment_in_a_file_is_there_once_whatever_its_author_and_text_are_cleaned_to(repository: Repository) -> None:
    (repository.tk.store / "config.yml").write_text("format:\n  comments: files\n", "utf-8")
    repository.commit_all()
    note = {"id": 1, "created_on": T.format(2), "user": {"id": 1, "name": "U · internal"}}
    note["notes"] = "a\x1b[2J\n\n## Notes"
    issue = {"id": 1, "subject": "A", "status": {"id": 1, "name": "New"}, "created_on": T.format(1), "journals": [note]}
    (repository.folder / "a.json").write_text(json.dumps({"issues": [issue]}), "utf-8")
    assert repository.tk("import", "redmine", "a.json", "--history", "--markup", "markdown").code == 0
    assert len(list(repository.tk.store.glob("*.d/*.md"))) == 1


def test_the_first_moment_of_time_is_none(tmp_path: Path) -> None:
    never = "0001-01-01T00:00:00Z"
    milestone = {"title": "m", "due_on": never}
    row = gitea_issue(1, state="closed", closed_at=never, milestone=milestone, due_date=never)
    (issue,) = imported("gitea", tmp_path, issues=[row])
    assert (issue.closed, issue.values["milestone"], issue.extra) == (T.format(4), "m", {})
    assert "due" not in issue.values
