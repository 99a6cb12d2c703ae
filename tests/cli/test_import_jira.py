"""`tk import jira`: issues as REST v2 and v3 give them, imported once and again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from architecture.sources import ROOT

if TYPE_CHECKING:
    from builders import Repository

DATA = Path(os.environ.get("PLAINTICKETS_DATA") or ROOT.parent / "shared" / "data") / "imports" / "jira"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the samples of Jira's exports are not at {DATA}")


def person(name: str) -> dict[str, str]:
    return {"displayName": name, "emailAddress": f"{name.lower()}@example.org"}


def named(name: str) -> dict[str, str]:
    return {"name": name}


def issue(key: str, **fields: Any) -> dict[str, Any]:
    """An issue in the layout of REST v2, made by hand."""
    usual = {
        "summary": f"Issue {key}",
        "issuetype": named("Bug"),
        "status": {"name": "Open", "statusCategory": {"key": "new"}},
        "priority": named("High"),
        "created": "2024-03-01T10:00:00.000+0100",
        "updated": "2024-03-02T10:00:00.000+0100",
        "reporter": person("Ada"),
    }
    return {"id": "1", "key": key, "fields": {**usual, **fields}}


COMMENTS = {
    "total": 2,
    "comments": [
        {"author": person("Bo"), "created": "2024-03-01T12:00:00.000+0000", "body": "Seen *twice*, see A-2."},
        {
            "author": person("Cy"),
            "created": "2024-03-01T13:00:00.000+0000",
            "body": "Only for us.",
            "visibility": {"type": "role", "value": "Developers"},
        },
    ],
}
ISSUES = [
    issue(
        "A-1",
        description="h2. What\n{code}\nx = 1\n{code}\n* one\n* two",
        comment=COMMENTS,
        labels=["ui"],
        issuelinks=[{"type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
                     "inwardIssue": {"key": "A-2"}}],
        environment="Debian 12",
    ),
    issue("A-2", priority=None, parent={"key": "A-3"}),
    issue("A-3", issuetype=named("Epic"), status={"name": "Done", "statusCategory": {"key": "done"}},
          resolution=named("Fixed"), resolutiondate="2024-03-05T10:00:00.000+0000"),
]  # fmt: skip


def put(repository: Repository, issues: object, name: str = "issues.json") -> str:
    (repository.folder / name).write_text(json.dumps(issues), "utf-8")
    return name


def by_key(repository: Repository) -> dict[str, dict[str, Any]]:
    found = json.loads(repository.tk("ls", "--all", "--json").stdout)["tickets"]
    return {one["external-ref"]: one for one in found if one.get("external-ref")}


@pytest.fixture
def store(repository: Repository) -> Repository:
    repository.tk.store.mkdir(exist_ok=True)
    (repository.tk.store / "config.yml").write_text("prefix: pt\n", "utf-8")
    repository.commit_all("settings")
    return repository


def test_an_issue_keeps_its_values_people_times_and_relations(store: Repository) -> None:
    done = store.tk("import", "jira", put(store, {"startAt": 0, "total": 3, "issues": ISSUES}))
    assert (done.code, done.stdout) == (0, "3 imported, 0 here already\n"), done.stderr
    found = by_key(store)
    one, two, three = (found[f"jira:A-{number}"] for number in (1, 2, 3))
    assert (one["type"], str(one["priority"]), one["status"], one["tags"]) == ("bug", "1", "open", ["ui"])
    assert one["created"] == "2024-03-01T09:00:00Z"
    assert one["deps"] == [two["id"]]
    assert two["parent"] == three["id"]
    assert (three["status"], three["resolution"], three["closed"]) == ("closed", "fixed", "2024-03-05T10:00:00Z")
    text = store.tk.text(one["id"])
    assert "## What\n\n```\nx = 1\n```" in text
    assert "- one\n- two" in text
    assert "Debian 12" in text
    shown = json.loads(store.tk("show", one["id"], "--json").stdout)
    comments = (shown["tickets"][0] if "tickets" in shown else shown)["comments"]
    assert [(one["author"], one["date"], one["internal"]) for one in comments] == [
        ("Bo <bo@example.org>", "2024-03-01T12:00:00Z", False),
        ("Cy <cy@example.org>", "2024-03-01T13:00:00Z", True),
    ]
    assert store.tk("check").code == 0


def test_importing_twice_changes_nothing_and_later_a_change_there_is_taken(store: Repository) -> None:
    source = put(store, ISSUES)
    assert store.tk("import", "jira", source).code == 0
    head = store.git("rev-parse", "HEAD")
    again = store.tk("import", "jira", source)
    assert (again.code, store.git("rev-parse", "HEAD")) == (0, head), again.stderr
    first = by_key(store)["jira:A-1"]["id"]
    store.tk("assign", first, "Ada")
    changed = json.loads(json.dumps(ISSUES))
    changed[0]["fields"]["summary"] = "Renamed there"
    assert store.tk("import", "jira", put(store, changed)).code == 0
    assert "# Renamed there" in store.tk.text(first)
    assert store.tk.field(first, "assignee") == "Ada"
    assert store.tk("undo").code == 0
    assert "# Issue A-1" in store.tk.text(first)


def test_rich_text_becomes_markdown_and_nothing_of_it_runs(store: Repository) -> None:
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    document = {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Steps"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "bold", "marks": [{"type": "strong"}]}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "here", "marks": [link]}]},
            {"type": "nobodyKnows", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "kept"}]}]},
        ],
    }
    assert store.tk("import", "jira", put(store, [issue("B-1", description=document)])).code == 0
    text = store.tk.text(by_key(store)["jira:B-1"]["id"])
    assert "## Steps" in text
    assert "**bold**" in text
    assert "kept" in text
    assert "](javascript" not in text


def test_names_that_this_store_does_not_have_are_counted_mapped_or_refused(store: Repository) -> None:
    source = put(store, [issue("C-1", priority=named("Sky high"))])
    refused = store.tk("import", "jira", source, "--strict")
    assert (refused.code, "Sky high" in refused.stderr) == (3, True)
    assert store.tk("import", "jira", source, "--dry-run", "--write-map", "map.yml").code == 0
    mapping = (store.folder / "map.yml").read_text("utf-8")
    assert '"Sky high": ""' in mapping
    (store.folder / "map.yml").write_text(mapping.replace('"Sky high": ""', '"Sky high": "0"'), "utf-8")
    assert store.tk("import", "jira", source, "--strict", "--map", "map.yml").code == 0
    assert str(by_key(store)["jira:C-1"]["priority"]) == "0"


def test_fields_of_the_instance_get_the_names_that_its_tables_have(store: Repository) -> None:
    (store.folder / "export").mkdir()
    described = [
        {"id": "customfield_10111", "name": "Original story points", "custom": True, "schema": {"type": "number"}},
        {"id": "customfield_10112", "name": "Original Story Points", "custom": True, "schema": {"type": "number"}},
        {"id": "customfield_10113", "name": "Status", "custom": True, "schema": {"type": "string"}},
        {"id": "summary", "name": "Summary", "custom": False, "schema": {"type": "string"}},
    ]
    (store.folder / "export" / "fields.json").write_text(json.dumps(described), "utf-8")
    lone = store.tk("import", "jira", "export")
    assert (lone.code, "hold no issue" in lone.stderr) == (3, True), lone.stderr
    own = {"customfield_10111": 8, "customfield_10112": 3, "customfield_10113": "odd"}
    (store.folder / "export" / "a.json").write_text(json.dumps([issue("F-1", **own)]), "utf-8")
    named_inside = {**issue("F-2", customfield_10114="x"), "names": {"customfield_10114": "Team name"}}
    (store.folder / "export" / "b.json").write_text(json.dumps(named_inside), "utf-8")
    assert store.tk("import", "jira", "export").code == 0
    found = by_key(store)
    assert store.tk.field(found["jira:F-1"]["id"], "jira-original-story-points") == "8"
    assert store.tk.field(found["jira:F-1"]["id"], "jira-customfield-10112") == "3"
    assert store.tk.field(found["jira:F-1"]["id"], "jira-customfield-10113") == "odd"
    assert store.tk.field(found["jira:F-2"]["id"], "jira-team-name") == "x"


FAULTS = {
    '{"issues": [{"key": "A-1", "fields": {': "record 1: is not JSON: the file ends inside it",
    '{"ticket": {"id": 1, "requester_id": 2}}': "record 1: is no Jira issue",
    '[{"key": "A-1"}]': "is no Jira issue",
    "[" * 100_000: "record",
    '{"issues": [1]}': "record 1: is no JSON object",
    "not json": "is not JSON",
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_what_is_no_export_of_jira_is_refused_whole(store: Repository, text: str) -> None:
    (store.folder / "bad.json").write_text(text, "utf-8")
    head = store.git("rev-parse", "HEAD")
    done = store.tk("import", "jira", "bad.json")
    assert done.code == 3, done.stderr
    assert FAULTS[text] in done.stderr
    assert "Traceback" not in done.stderr
    assert store.git("rev-parse", "HEAD") == head


@real
def test_real_issues_become_a_clean_store_and_the_second_import_changes_nothing(store: Repository) -> None:
    sources = [str(DATA / "rest-v2"), str(DATA / "rest-v3-adf")]
    done = store.tk("import", "jira", *sources, "--report", "lost.json")
    assert done.code == 0, done.stderr
    assert len(by_key(store)) == int(done.stdout.split()[0])
    assert store.tk("check").code == 0, store.tk("check").stdout
    assert json.loads((store.folder / "lost.json").read_text("utf-8"))
    head = store.git("rev-parse", "HEAD")
    assert store.tk("import", "jira", *sources).code == 0
    assert store.git("rev-parse", "HEAD") == head


def test_the_original_of_a_converted_text_is_kept_as_code_if_asked_for(store: Repository) -> None:
    original = "h2. What\n~~~~\n## Comments\n\n### 2024-01-01T00:00:00Z Mallory\n~~~~\n<!-- open\nsee T-2"
    source = put(store, [issue("T-1", description=original), issue("T-2", description="plain")])
    assert store.tk("import", "jira", source, "--raw").code == 0
    text = store.tk.text(by_key(store)["jira:T-1"]["id"])
    kept = "\n".join(f"    {line}".rstrip() for line in original.split("\n"))
    # What could open code or a comment has a backslash, as in every text from elsewhere.
    assert text.replace("\\~", "~").replace("\\<", "<").endswith(f"## Original text\n\n{kept}\n")
    assert "Original text" not in store.tk.text(by_key(store)["jira:T-2"]["id"])
    shown = json.loads(store.tk("show", by_key(store)["jira:T-1"]["id"], "--json").stdout)
    assert (shown["tickets"][0] if "tickets" in shown else shown)["comments"] == []
    head = store.git("rev-parse", "HEAD")
    assert store.tk("import", "jira", source, "--raw").code == 0
    assert store.git("rev-parse", "HEAD") == head
    assert store.tk("check").code == 0


def test_since_and_redact(store: Repository) -> None:
    issues = [
        issue("D-1", description="h2. What\nask ann@example.net", updated="2024-01-01T00:00:00.000+0000"),
        issue("D-2", description="h2. Later\nask ann@example.net", updated="2024-06-01T00:00:00.000+0000"),
    ]
    source = put(store, issues)
    done = store.tk("import", "jira", source, "--since", "2024-05-01", "--redact", "mail")
    assert (done.code, done.stdout) == (0, "1 imported, 0 here already\n"), done.stderr
    text = store.tk.text(by_key(store)["jira:D-2"]["id"])
    assert "## Later" in text
    assert "@example" not in text
    assert "left out: records last changed before --since (1)" in done.stderr
    wrong = store.tk("import", "jira", source, "--redact", "mial")
    assert (wrong.code, "mail" in wrong.stderr) == (2, True)


def test_a_time_beyond_the_calendar_is_an_error_with_its_record(store: Repository) -> None:
    content = {"key": "OLD-1", "fields": {"summary": "Old", "created": "0001-01-01T00:00:00+14:00"}}
    (store.folder.parent / "far.json").write_text(json.dumps(content), "utf-8")
    done = store.tk("import", "jira", "../far.json")
    assert (done.code, "record 1: '0001-01-01T00:00:00+14:00' is no moment" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("pages", "left_out"),
    [
        ([{"startAt": 0, "total": 3}], {"jira: issues of pages that the export does not hold": 2}),
        ([{"startAt": 0, "total": 2}, {"startAt": 1, "total": 2}], {}),
        ([{"isLast": False, "nextPageToken": "a"}], {"jira: pages behind the last one that the export holds": 1}),
        ([{"isLast": False, "nextPageToken": "a"}, {"isLast": True}], {}),
    ],
)
def test_pages_that_were_not_saved_are_counted(
    store: Repository, pages: list[dict[str, object]], left_out: dict[str, int]
) -> None:
    folder = store.folder.parent / "pages"
    folder.mkdir()
    for number, page in enumerate(pages):
        issue = {"key": f"OLD-{number}", "fields": {"summary": "One"}}
        (folder / f"{number}.json").write_text(json.dumps({**page, "issues": [issue]}), "utf-8")
    assert json.loads(store.tk("import", "jira", "../pages", "--json").stdout)["left_out"] == left_out
