"""A ticket that its system does not show to everybody is internal here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from importers.test_every_importer import put, read

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

AT = "2026-02-01T08:00:00Z"
ZENDESK = {"id": 1, "subject": "S", "status": "open", "requester_id": 2, "submitter_id": 2, "created_at": AT}
GITLAB = {"iid": 1, "title": "S", "state": "opened", "created_at": AT}
BUGZILLA = {"id": 1, "summary": "S", "status": "NEW", "assigned_to": "a", "product": "P", "creation_time": AT}
REDMINE = {"id": 1, "subject": "S", "status": {"name": "New"}, "created_on": AT}
JIRA = {"summary": "S", "created": "2026-02-01T08:00:00.000+0000"}
CASES: dict[str, tuple[str, Any, Any]] = {
    "zendesk": ("zendesk", [{**ZENDESK, "is_public": True}], [{**ZENDESK, "is_public": False}]),
    "gitlab": ("gitlab", [{**GITLAB, "confidential": False}], [{**GITLAB, "confidential": True}]),
    "bugzilla": ("bugzilla", {"bugs": [{**BUGZILLA, "groups": []}]}, {"bugs": [{**BUGZILLA, "groups": ["security"]}]}),
    "redmine": ("redmine", [{**REDMINE, "is_private": False}], [{**REDMINE, "is_private": True}]),
    "jira": ("jira", [{"key": "A-1", "fields": JIRA}], [{"key": "A-1", "fields": {**JIRA, "security": {"name": "X"}}}]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_ticket_that_is_not_for_everybody_is_internal(case: str, tmp_path: Path) -> None:
    system, shown, hidden = CASES[case]
    (public,) = read(system, put(tmp_path / "public", {"a.json": json.dumps(shown)}))
    (internal,) = read(system, put(tmp_path / "internal", {"a.json": json.dumps(hidden)}))
    assert (public.values.get("visibility"), internal.values["visibility"]) == (None, "internal")


def test_tables_tell_it_as_well(tmp_path: Path) -> None:
    table = "Issue ID,Title,State,Confidential\n1,S,Open,Yes\n2,T,Open,No\n"
    hidden, shown = read("gitlab", f"{put(tmp_path, {'a.csv': table})}/a.csv")
    assert (hidden.values["visibility"], shown.values.get("visibility")) == ("internal", None)
    xml = "<rss><channel><item><key>A-1</key><summary>S</summary><security>X</security></item></channel></rss>"
    pytest.importorskip("defusedxml")
    (found,) = read("jira", put(tmp_path / "xml", {"a.xml": xml}))
    assert found.values["visibility"] == "internal"


def test_a_confidential_issue_is_on_no_public_page(repository: Repository) -> None:
    issues = [{**GITLAB, "title": "Everybody"}, {**GITLAB, "iid": 2, "title": "Few", "confidential": True}]
    (repository.folder / "issues.json").write_text(json.dumps(issues), "utf-8")
    assert repository.tk("import", "gitlab", "issues.json").code == 0
    assert repository.tk("site", "out", "--public").code == 0
    pages = "".join(path.read_text("utf-8") for path in (repository.folder / "out").rglob("*.html"))
    assert ("Everybody" in pages, "Few" in pages) == (True, False)
    assert "Nothing wrong" in repository.tk("check").stdout
