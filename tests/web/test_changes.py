"""Forms: each change is one commit of the person, a refused one keeps what was typed, and no change is lost."""

from __future__ import annotations

import html
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from plaintickets.reports import REPORTS
from plaintickets.web.pages import in_status
from web.pictures import without_pictures

if TYPE_CHECKING:
    from builders import Repository
    from web.served import Served

EDIT = "/t/aa-1/edit"


def commits(repository: Repository) -> int:
    return int(repository.git("rev-list", "--count", "HEAD"))


def test_a_new_ticket_is_a_commit_of_the_person(served: Served) -> None:
    form = served.form("/new?type=bug", "/new") | {"title": "Crash on é", "description": "It *stops*.", "tags": "a, b"}
    answer = served.post("/new", form)
    assert answer.status_code == 303, answer.text
    name = answer.headers["location"].removeprefix("/t/")
    assert served.repository.tk.field(name, "type") == "bug"
    assert served.repository.tk.field(name, "tags") == "[a, b]"
    assert served.repository.git("log", "-1", "--format=%an %s") == f"Ada Lovelace tk: new {name} Crash on é"
    page = served.get(answer.headers["location"]).text
    assert f"Created {name}" in page
    assert "It <em>stops</em>." in page
    assert f"Created {name}" not in served.get("/").text


def test_a_refused_new_ticket_keeps_what_was_typed(served: Served) -> None:
    form = served.form("/new", "/new") | {"title": "Kept title", "description": "Kept text", "due": "never ever"}
    answer = served.post("/new", form)
    assert answer.status_code == 400
    assert "never ever" in answer.text
    assert "Kept title" in answer.text
    assert "Kept text" in answer.text
    assert served.post("/new", form | {"title": " ", "due": ""}).status_code == 400


def test_likely_duplicates_of_a_typed_title(served: Served) -> None:
    found = served.get("/new/duplicates?title=Parser+drops+the+last+line").text
    assert "/t/aa-1" in found
    assert "<html" not in found
    assert "/t/" not in served.get("/new/duplicates?title=Something+else+entirely").text


def test_a_comment_is_added_and_an_internal_one_marked(served: Served) -> None:
    form = served.form("/t/aa-1", "/t/aa-1/comment")
    assert served.post("/t/aa-1/comment", form | {"text": "Seen.\r\n\r\n- one", "internal": "yes"}).status_code == 303
    assert "· Ada Lovelace · internal\n\nSeen.\n\n- one\n" in served.repository.tk.text("aa-1")
    page = served.get("/t/aa-1").text
    assert 'class="comment internal"' in page
    assert "<li>one</li>" in page
    assert served.post("/t/aa-1/comment", form | {"text": " \n"}).status_code == 409


def test_a_form_saved_as_it_was_changes_nothing(served: Served) -> None:
    before = commits(served.repository)
    assert served.post(EDIT, served.form("/t/aa-1/edit", EDIT)).status_code == 303
    assert commits(served.repository) == before


def test_fields_and_text_are_one_commit_and_no_other_line(served: Served) -> None:
    before = commits(served.repository)
    form = served.form(EDIT, EDIT) | {"assignee": "Bob", "priority": "0", "title": "New title"}
    form["body"] = form["body"].replace("bold", "strong").replace("\n", "\r\n")
    answer = served.post(EDIT, form)
    assert answer.status_code == 303, answer.text
    assert commits(served.repository) == before + 1
    assert served.repository.diff_lines() == [
        "-priority: 2", "+priority: 0", "+assignee: Bob", "-# Parser drops the last line", "+# New title",
        "-Some **bold** text.", "+Some **strong** text.",
    ]  # fmt: skip


def test_a_field_changed_meanwhile_is_refused_with_both_values(served: Served) -> None:
    form = served.form(EDIT, EDIT) | {"assignee": "Mine"}
    served.repository.tk("set", "aa-1", "assignee=Theirs")
    before = commits(served.repository)
    answer = served.post(EDIT, form)
    assert answer.status_code == 409
    assert commits(served.repository) == before
    assert served.repository.tk.field("aa-1", "assignee") == "Theirs"
    row = re.search(r"<tr><th scope=\"row\">assignee</th>.*?</tr>", answer.text)
    assert row
    assert "Theirs" in row[0]
    assert "Mine" in row[0]
    again = dict(form, **{"seen:assignee": "Theirs"})
    assert served.post(EDIT, again).status_code == 303
    assert served.repository.tk.field("aa-1", "assignee") == "Mine"


def test_another_field_changed_meanwhile_is_kept(served: Served) -> None:
    form = served.form(EDIT, EDIT) | {"assignee": "Mine"}
    served.repository.tk("set", "aa-1", "priority=4", "due=2026-05-01")
    assert served.post(EDIT, form).status_code == 303
    tk = served.repository.tk
    assert (tk.field("aa-1", "assignee"), tk.field("aa-1", "priority")) == ("Mine", "4")
    assert tk.field("aa-1", "due") == "2026-05-01"


def test_the_text_changed_meanwhile_is_refused(served: Served) -> None:
    form = served.form(EDIT, EDIT)
    other = dict(form, body="Theirs.\n")
    assert served.post(EDIT, other, served.browser).status_code == 303
    answer = served.post(EDIT, dict(form, body="Mine.\n"))
    assert answer.status_code == 409
    assert "Theirs." in answer.text
    assert "Mine." in answer.text
    assert served.repository.tk.text("aa-1").endswith("Theirs.\n")


def test_moves_from_the_board_and_the_page(served: Served) -> None:
    form = served.form("/board", "/t/aa-1/status") | {"to": "in_progress"}
    answer = served.post("/t/aa-1/status", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board#card-aa-1")
    assert served.repository.tk.field("aa-1", "status") == "in_progress"
    stale = served.post("/t/aa-1/status", form | {"to": "closed"})
    assert stale.status_code == 409
    assert "changed by somebody else" in stale.text
    form = served.form("/t/aa-1", "/t/aa-1/status") | {"to": "closed", "resolution": "fixed", "text": "Done."}
    assert served.post("/t/aa-1/status", form).status_code == 303
    assert served.repository.tk.field("aa-1", "resolution") == "fixed"
    assert "Done." in served.repository.tk.text("aa-1")
    form = served.form("/t/aa-1", "/t/aa-1/status") | {"to": "open", "resolution": "", "text": ""}
    assert served.post("/t/aa-1/status", form).status_code == 303
    assert served.repository.tk.field("aa-1", "status") == "open"


def test_what_the_workflow_forbids_is_refused_on_the_page(served: Served) -> None:
    config = served.repository.folder / ".tickets" / "config.yml"
    config.write_text(
        "statuses:\n  open: {class: open, transitions: [doing]}\n  doing: active\n  closed: done\n",
        encoding="utf-8",
    )
    form = served.form("/t/aa-1", "/t/aa-1/status") | {"to": "closed", "text": "typed and kept"}
    answer = served.post("/t/aa-1/status", form)
    assert answer.status_code == 409
    assert "allowed: doing" in answer.text
    assert "typed and kept" in answer.text


def test_a_hook_that_refuses_loses_nothing(served: Served) -> None:
    hook = served.repository.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not on Fridays' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    form = served.form("/t/aa-1", "/t/aa-1/comment") | {"text": "typed and kept"}
    answer = served.post("/t/aa-1/comment", form)
    assert answer.status_code == 503
    assert "not on Fridays" in answer.text
    assert "typed and kept" in answer.text
    assert served.repository.git("status", "--porcelain") == ""


def test_a_folder_that_cannot_be_written_loses_nothing(served: Served) -> None:
    if os.geteuid() == 0:
        store = served.repository.folder / ".tickets"
        (store / "aa-1.md").unlink()
        (store / "aa-1.md").symlink_to("/proc/version")
        answer = served.get("/t/aa-1")
        assert answer.status_code == 200
        assert "cannot be read" in answer.text
        return
    form = served.form("/t/aa-1", "/t/aa-1/comment") | {"text": "typed and kept"}
    store = served.repository.folder / ".tickets"
    store.chmod(0o555)
    try:
        answer = served.post("/t/aa-1/comment", form)
    finally:
        store.chmod(0o755)
    assert answer.status_code == 503
    assert "typed and kept" in answer.text


def test_a_broken_ticket_is_shown_as_such_and_not_changed(served: Served) -> None:
    path = served.repository.folder / ".tickets" / "aa-2.md"
    path.write_text("---\nid: aa-2\nstatus: open\n<<<<<<< HEAD\n# Broken\n", encoding="utf-8")
    assert "problem in the files" in served.get("/").text
    assert "/t/aa-2" in served.get("/problems").text
    page = served.get("/t/aa-2").text
    assert "cannot be read" in page
    assert "&lt;&lt;&lt;&lt;&lt;&lt;&lt; HEAD" in page
    assert served.get("/t/aa-2/edit").status_code == 503
    csrf = served.form("/t/aa-1", "/t/aa-1/comment")["csrf"]
    assert served.post("/t/aa-2/comment", {"csrf": csrf, "text": "x"}).status_code == 503


@pytest.mark.parametrize(
    ("address", "status"),
    [("/?q=priority<<", 400), ("/board?q=stat:", 400), ("/reports/volume?per=year", 400),
     ("/reports/volume?since=never", 400), ("/reports/volume?by=assignee", 400)],
)  # fmt: skip
def test_a_wrong_address_says_what_to_do(served: Served, address: str, status: int) -> None:
    answer = served.get(address)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("address", "known"),
    [("/t/aa-11", "aa-1"), ("/t/zz-9", "tk ls --all"), ("/t/zz-9/edit", "tk ls --all"), ("/reports/volum", "'volume'"),
     ("/reports/x", "there are backlog, blocked"), ("/dashboards/leed", "'lead'"),
     ("/dashboards/x", "there are me, lead"), ("/articles/halp", "'help'"), ("/articles/x", "Known: help"),
     ("/board?by=asignee", "'assignee'"),
     ("/board?by=x", "for example status"), ("/?sort=prority", "'priority'"), ("/?q=@x", "`queries` in config.yml"),
     ("/?page=9", "the last one is page 1"), ("/new?type=bgu", "'bug'"), ("/new?type=x", "there are task, bug"),
     ("/reports/volume?by=typ", "'type'"), ("/reports/burndown?milestone=x", "set the field milestone"),
     ("/nothing", "/ lists the tickets")],
)  # fmt: skip
def test_what_is_not_there_is_404_with_what_is_known_instead(served: Served, address: str, known: str) -> None:
    answer = served.get(address)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert known in html.unescape(answer.text)


def test_a_change_of_what_is_not_there_is_404(served: Served) -> None:
    csrf = served.form("/t/aa-1", "/t/aa-1/comment")["csrf"]
    for name in ("comment", "edit", "status"):
        assert served.post(f"/t/zz-9/{name}", {"csrf": csrf, "text": "x", "to": "closed"}).status_code == 404


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_a_page_with_the_options_that_it_takes(served: Served, name: str) -> None:
    answer = served.get(f"/reports/{name}")
    assert answer.status_code == {"burndown": 400, "sla": 409}.get(name, 200)
    assert ("no policy is defined" in answer.text) == (name == "sla")
    assert ("--milestone NAME" in answer.text) == (name == "burndown")
    for option in ("since", "by", "milestone", "per", "hours", "people"):
        assert (f'name="{option}"' in answer.text) == (option in REPORTS[name].taken)
    assert served.get(f"/reports/{name}?milestone=9.9&by=nosuch&since=-30d").status_code in (200, 404, 409)


def test_a_burndown_without_a_milestone_offers_those_that_there_are(served: Served) -> None:
    served.repository.tk("set", "aa-1", "milestone=2.0 & more")
    page = served.get("/reports/burndown")
    address = re.findall(r'href="(/reports/burndown[^"]*)"', page.text)
    assert (page.status_code, address) == (200, ["/reports/burndown?milestone=2.0%20%26%20more"])
    assert "Milestone 2.0 &amp; more" in served.get(address[0]).text


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", "status:open"), ("a OR b", "status:open (a OR b)"), ("status:open", "status:open"),
     ("status:open (a OR b)", "status:open (a OR b)"), ("status:opened", "status:open (status:opened)")],
)  # fmt: skip
def test_all_of_a_column_are_those_of_the_query_in_its_status(query: str, expected: str) -> None:
    assert in_status("open", query) == expected


@pytest.mark.parametrize("name", ["first-response", "flow", "resolution", "volume"])
def test_the_page_of_a_report_has_the_columns_and_rows_of_the_command(served: Served, name: str) -> None:
    served.repository.tk("close", "aa-1")
    page = served.get(f"/reports/{name}").text
    table = json.loads(served.repository.tk("report", name, "--json").stdout)
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', page) == [column["heading"] for column in table["columns"]]
    assert page.count("<tr><td") == len(table["rows"])


def test_figures_of_people_are_shown_on_a_page_if_they_are_asked_for(served: Served) -> None:
    served.repository.tk("set", "aa-1", "assignee=Bo")
    refused = served.get("/reports/volume?by=assignee")
    assert (refused.status_code, "figures of people" in refused.text) == (400, True)
    page = served.get("/reports/volume?by=assignee&people=1").text
    assert "<td>Bo</td>" in page
    assert "measure no person" in page
    assert 'name="people" value="1" checked' in page
    assert served.get("/reports/flow?hours=nosuch").status_code == 404


def test_a_ticket_has_a_picture_of_its_relations(served: Served) -> None:
    page = served.get("/t/aa-2").text
    assert "<title>aa-2 depends on aa-1</title>" in page
    assert "<title>aa-2 depends on aa-1</title>" in served.get("/t/aa-1").text
    assert "Picture of the relations" not in served.get("/t/aa-3").text
    assert without_pictures(page) != page


def test_a_moved_card_of_a_closed_column_is_found(served: Served) -> None:
    page = served.get("/board").text
    assert page.count('class="column"') == 3
    assert "blocked" in page


def test_two_browsers_and_a_shell_at_once_lose_nothing(served: Served) -> None:
    other = served.new_browser()
    forms = [served.form("/t/aa-1", "/t/aa-1/comment", browser) for browser in (served.browser, other)]

    def say(number: int) -> int:
        if number % 3 == 2:
            done = served.repository.tk("comment", "aa-1", f"word-{number}.")
            return 303 if done.code == 0 else done.code
        browser, form = (served.browser, forms[0]) if number % 3 == 0 else (other, forms[1])
        return served.post("/t/aa-1/comment", form | {"text": f"word-{number}."}, browser).status_code

    before = commits(served.repository)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(say, range(12))) == {303}
    text = served.repository.tk.text("aa-1")
    assert [number for number in range(12) if f"word-{number}." not in text] == []
    assert commits(served.repository) == before + 12
    assert served.repository.git("status", "--porcelain") == ""


def test_of_two_edits_of_one_field_at_once_one_is_refused(served: Served) -> None:
    form = served.form(EDIT, EDIT)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda name: served.post(EDIT, form | {"assignee": name}).status_code, ("A", "B", "C", "D"))
        )
    assert sorted(answers) == [303, 409, 409, 409]


def test_a_report_has_a_picture_and_a_dashboard_its_parts(served: Served) -> None:
    assert 'role="img"' in served.get("/reports/backlog").text
    page = served.get("/dashboards/lead").text
    assert "Overdue (0)" in page
    assert page.count("<svg") > 1


def test_articles_are_listed_found_and_lead_to_what_they_name(served: Served) -> None:
    (served.repository.tk.store / "kb" / "inside.md").write_text(
        "---\ntitle: Inside\nrelated: [aa-2, aa-0]\n---\n\n[A](help.md#x) [B](../aa-3.md) [C](../config.yml) [D](#d)\n",
        "utf-8",
    )
    assert [served.get("/articles").text.count(f"/articles/{name}") for name in ("help", "inside")] == [1, 1]
    found = served.get("/articles?q=ask").text
    assert ("/articles/help" in found, "/articles/inside" in found) == (True, False)
    assert served.get("/articles?q=tag:x").status_code == 400
    page = served.get("/articles/inside").text
    assert re.findall(r'<a href="([^"]*)"[^>]*>[A-D]</a>', page) == ["/articles/help#x", "/t/aa-3", "#d"]
    assert ('href="/t/aa-2"' in page, "aa-0" in page) == (True, False)


def test_an_article_that_cannot_be_read_is_named(served: Served) -> None:
    (served.repository.tk.store / "kb" / "torn.md").write_text("---\ntitle: Torn\n", encoding="utf-8")
    assert "kb/torn.md" in served.get("/articles").text
    assert "kb/torn.md" in served.get("/articles/torn").text
