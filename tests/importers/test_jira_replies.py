"""What stands in Jira's replies and tables beside plain issues: epics, parents by number, other pages, odd values."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read
from plaintickets.core.imported import RecordError
from plaintickets.importers.jira_wiki import to_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from plaintickets.core.imported import Imported

AT = "2026-02-01T08:00:00.000+0000"
EPIC = "com.pyxis.greenhopper.jira:gh-epic-link"
FIELD = {"id": "customfield_10014", "name": "Epos-Verknüpfung", "schema": {"type": "any", "custom": EPIC}}


def issue(key: str, **fields: object) -> dict[str, Any]:
    return {"key": key, "fields": {"summary": "S", "created": AT, **fields}}


def imported(folder: Path, **files: object) -> list[Imported]:
    return read("jira", put(folder, {f"{name}.json": json.dumps(value) for name, value in files.items()}))


def test_an_epic_link_is_the_parent_whatever_its_name_is(tmp_path: Path) -> None:
    rows = [issue("A-2", customfield_10014="A-1"), issue("A-3", customfield_10014="A-1", parent={"key": "A-2"})]
    child, part = imported(tmp_path, fields=[FIELD], issues=rows)
    assert (child.relations, child.extra) == ({"parent": ["jira:A-1"]}, {})
    assert (part.relations, part.extra) == ({"parent": ["jira:A-2"]}, {"jira-epic-link": "A-1"})
    table = "Summary,Issue key,Custom field (Epic Link)\nS,A-2,A-1\n"
    (row,) = read("jira", f"{put(tmp_path / 'csv', {'a.csv': table})}/a.csv")
    assert (row.relations, row.extra) == ({"parent": ["jira:A-1"]}, {})


def test_the_xml_knows_an_epic_link_by_its_kind(tmp_path: Path) -> None:
    pytest.importorskip("defusedxml")
    custom = f'<customfields><customfield key="{EPIC}"><customfieldname>Epos</customfieldname><customfieldvalues>'
    custom += "<customfieldvalue>A-1</customfieldvalue></customfieldvalues></customfield></customfields>"
    text = f"<rss><channel><item><key>A-2</key><summary>S</summary>{custom}</item></channel></rss>"
    (found,) = read("jira", put(tmp_path, {"a.xml": text}))
    assert (found.relations, found.extra) == ({"parent": ["jira:A-1"]}, {})


@pytest.mark.parametrize("column", ["Parent", "Parent id"])
def test_a_table_that_names_parents_by_number_keeps_them(column: str, tmp_path: Path) -> None:
    table = f"Summary,Issue key,Issue id,{column}\nPart,A-2,102,101\nWhole,A-1,101,\nStray,A-3,103,999\n"
    part, whole, stray = read("jira", f"{put(tmp_path, {'a.csv': table})}/a.csv")
    assert part.relations == {"parent": ["jira:A-1"]}
    assert (whole.relations, stray.relations) == ({}, {})
    assert (part.extra, stray.extra) == ({}, {"jira-parent-id": "999"})
    newer = "Summary,Issue key,Issue id,Parent,Parent key\nPart,A-2,102,999,A-1\n"
    (found,) = read("jira", f"{put(tmp_path / 'newer', {'a.csv': newer})}/a.csv")
    assert found.relations == {"parent": ["jira:A-1"]}


def test_replies_without_issues_are_counted_and_are_no_pages_of_issues(tmp_path: Path) -> None:
    page = {"startAt": 0, "maxResults": 50, "total": 70}
    change = {"id": "1", "created": AT, "items": [{"field": "status", "fromString": "a", "toString": "b"}]}
    (found,) = imported(
        tmp_path,
        comments={**page, "comments": [{"id": "1", "body": "b"}, {"id": "2", "body": "c"}]},
        changes={**page, "values": [change], "isLast": True},
        search={**page, "values": [FIELD], "isLast": True},
        moves={"expand": "transitions", "transitions": [{"id": "1"}]},
        kinds={"issueLinkTypes": [{"id": "1"}]},
        text={"type": "doc", "version": 1, "content": []},
        issues=[issue("A-1")],
        fields=[FIELD],
    )
    assert found.lost == {
        "jira: comments that stand outside of their issues": 2,
        "jira: changes that stand outside of their issues": 1,
        "jira: transitions that stand outside of their issues": 1,
        "jira: issueLinkTypes that stand outside of their issues": 1,
        "jira: texts that stand outside of their issues": 1,
    }
    with pytest.raises(RecordError, match="holds no issue"):
        imported(tmp_path / "none", comments={**page, "comments": [{"id": "1", "body": "b"}]})


def test_changes_and_comments_that_an_issue_promises_and_does_not_hold_are_counted(tmp_path: Path) -> None:
    log = {"total": 9, "histories": [{"created": AT, "items": [{"field": "status", "toString": "b"}]}, None]}
    said = {"total": 4, "comments": [{"created": AT, "body": ""}, {"created": AT, "body": "x"}, 7]}
    (found,) = imported(tmp_path, issues=[{**issue("A-1", comment=said), "changelog": log}])
    assert [one.text for one in found.comments] == ["x"]
    assert found.lost == {
        "jira: comments that the export does not hold": 2,
        "jira: entries of the changelog that the export does not hold": 8,
        "jira: comments without a text": 1,
    }


def test_a_name_that_is_mapped_to_nothing_is_kept_as_one_that_nobody_knows_is(repository: Repository) -> None:
    row = issue("A-1", priority={"name": "None"}, issuetype={"name": "Odd"}, resolution={"name": "Moot"})
    (repository.folder / "a.json").write_text(json.dumps([row]), "utf-8")
    assert repository.tk("import", "jira", "a.json", "--dry-run", "--write-map", "names.yml").code == 0
    assert '"None": ""' in (repository.folder / "names.yml").read_text("utf-8")
    assert repository.tk("import", "jira", "a.json", "--map", "names.yml").code == 0
    (path,) = repository.tk.store.glob("*.md")
    assert "jira-type: Odd\njira-priority: None\njira-resolution: Moot\n" in path.read_text("utf-8")
    again = repository.tk("import", "jira", "a.json")
    assert (again.stdout.partition("\n")[0], repository.git("status", "--porcelain", ".tickets")) == (
        "0 imported, 1 here already",
        "",
    )


def test_an_error_in_a_comment_names_its_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"issues\.json: record 2: 'soon' is no moment"):
        imported(tmp_path, issues=[issue("A-1"), issue("A-2", comment=[{"created": "soon", "body": "x"}])])


def test_text_below_a_table_is_no_row_of_it() -> None:
    assert "| a | b |\n\nbelow" in to_markdown("|a|b|\nbelow")


WHOLE = {
    **issue(
        "A-1",
        description="d",
        status={"name": "Open", "statusCategory": {"key": "new"}},
        labels=["a"],
        components=[{"name": "c"}],
        issuelinks=[{"type": {"outward": "blocks"}, "outwardIssue": {"key": "A-2"}}],
        comment={"total": 1, "comments": [{"author": {"displayName": "A"}, "created": AT, "body": "b"}]},
        attachment=[{"filename": "f", "size": 1, "content": "https://j.example/f"}],
        customfield_10014="A-2",
    ),
    "names": {"customfield_10014": "Epic Link"},
    "changelog": {"histories": [{"author": {"name": "A"}, "created": AT, "items": [{"field": "status"}]}]},
}


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, inner in rows for place in places(inner, (*at, name)))]


@pytest.mark.parametrize("odd", [None, 0, "x", [], {}, [None], [1, "a"], [[]], {"a": None}, True, 1.5], ids=repr)
def test_an_odd_value_anywhere_ends_in_a_record_or_in_an_error(odd: object, tmp_path: Path) -> None:
    wholes: tuple[Any, ...] = (WHOLE, FIELD)
    for whole in wholes:
        for place in places(whole)[1:]:
            value: Any = copy.deepcopy(whole)
            inner = value
            for name in place[:-1]:
                inner = inner[name]
            inner[place[-1]] = odd
            files: dict[str, object] = {"issues": [value]}
            if whole is FIELD:
                files = {"fields": [value], "issues": [WHOLE]}
            try:
                found = imported(tmp_path, **files)
            except RecordError:
                continue
            texts = [one.text for record in found for one in record.comments]
            assert all(isinstance(one, str) for one in [*texts, *(record.text for record in found)]), place
