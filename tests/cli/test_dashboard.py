"""`tk dashboard` on real repositories: the pages that ship, and those of the settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from defusedxml import ElementTree

from built_once import built_once
from plaintickets.core.dashboards import SHIPPED
from plaintickets.core.settings.dashboards import REPORTS as NAMES
from plaintickets.reports import REPORTS

if TYPE_CHECKING:
    from builders import Repository

HOSTILE = "<script>alert(1)</script> =cmd() | [x](javascript:y) \\u001b[31m"
SETTINGS = """\
dashboards:
  monday:
    - text: What the week begins with
    - {query: 'priority<=1', title: Urgent, limit: 1}
    - {report: volume, query: 'type:task', per: month}
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", HOSTILE, priority="1")
    repository.tk.write("pt-2", "Two", priority="0")
    (repository.tk.store / "config.yml").write_text(SETTINGS, "utf-8")
    repository.commit_all("tickets")
    return repository


def test_the_settings_know_the_reports_that_there_are() -> None:
    assert {*NAMES} == {*REPORTS}


@pytest.mark.parametrize("name", [*SHIPPED, "monday"])
def test_every_form_of_every_dashboard_is_whole(store: Repository, name: str) -> None:
    page = store.tk("dashboard", name, "--format", "html").stdout
    root = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    assert not [one for one in root.iter() if one.tag.endswith("script") or any(key[:2] == "on" for key in one.attrib)]
    parts = json.loads(store.tk("dashboard", name, "--json").stdout)["parts"]
    titles = [one["title"] for one in parts if "title" in one]
    for form in ("text", "md"):
        shown = store.tk("dashboard", name, "--format", form)
        assert shown.code == 0
        assert "\x1b" not in shown.stdout
        assert "<script>" not in shown.stdout or form == "text"
        assert all(title.partition(" ")[0] in shown.stdout for title in titles)


def test_a_dashboard_of_the_settings_shows_texts_lists_and_reports(store: Repository) -> None:
    text, urgent, volume = json.loads(store.tk("dashboard", "monday", "--json").stdout)["parts"]
    assert text == {"text": "What the week begins with"}
    assert urgent["title"] == "Urgent (2)"
    assert [row["id"] for row in urgent["rows"]] == ["pt-2"]
    assert urgent["notes"] == ["1 more: tk ls 'priority<=1'"]
    assert sum(row["opened"] for row in volume["rows"]) == 2
    done = store.tk("dashboard", "monday", "-o", "page.md", "--format", "md")
    assert (done.code, done.stdout) == (0, "")
    assert "## Urgent" in (store.folder / "page.md").read_text("utf-8")


def test_an_unknown_dashboard_is_an_error_with_the_nearest(store: Repository) -> None:
    done = store.tk("dashboard", "munday")
    assert (done.code, "Did you mean 'monday'?" in done.stderr) == (2, True)
    (store.tk.store / "config.yml").write_text(SETTINGS.replace("priority<=1", "typ:bug"), "utf-8")
    done = store.tk("dashboard", "monday")
    assert (done.code != 0, "typ" in done.stderr) == (True, True)


FAULTS = {
    "[{report: volum}]": "report cannot be 'volum'",
    "[{report: burndown}]": "the report burndown needs `milestone`",
    "[{query: 'a:('}]": "the query cannot be read",
    "[{qery: x}]": "unknown key 'qery'. Did you mean 'query'?",
    "[{title: x}]": "needs `text`, `query` or `report`",
    "[{query: x, since: -3d}]": "since goes with `report`",
    "[{query: x, limit: 0}]": "limit must be a number from 1 to 200",
    "[{report: flow, per: year}]": "per cannot be 'year'",
    "x": "a dashboard must be a list of parts",
}


@pytest.mark.parametrize("parts", FAULTS)
def test_a_fault_of_the_settings_is_named_at_its_line(store: Repository, parts: str) -> None:
    (store.tk.store / "config.yml").write_text(f"dashboards:\n  a: {parts}\n", "utf-8")
    done = store.tk("check")
    assert ".tickets/config.yml:2: error: " in done.stdout
    assert FAULTS[parts] in done.stdout
