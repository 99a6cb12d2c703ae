"""Clocks and the last change in lists, in their order and in queries, today and at an earlier commit."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from built_once import built_once

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

CALENDARS = "office:\n  zone: Europe/Berlin\n  hours: {mon-fri: 09:00-17:00}\n"
POLICIES = """\
- name: gold
  if: type:incident
  calendar: office
  targets: {first_response: {critical: 30min, default: 4h}, resolution: {critical: 4h, default: 2d}}
- name: rest
  if: -type:epic
  targets: {resolution: 2d}
"""


def clock(moment: str) -> dict[str, str]:
    return {"TK_NOW": moment, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}


def at(repository: Repository, time: str, *words: str) -> Result:
    """Run `tk` at a time of Wednesday, 2026-03-04, in UTC; Berlin is an hour ahead."""
    return repository.tk(*words, env=clock(time if "T" in time else f"2026-03-04T{time}:00Z"))


def made(repository: Repository, time: str, *words: str) -> str:
    return at(repository, time, "new", *words).stdout.split()[0]


def cells(done: Result) -> list[list[str]]:
    assert done.stderr == ""
    return [line.split("\t") for line in done.stdout.splitlines()]


def titles(done: Result) -> list[str]:
    assert done.stderr == ""
    return [line.split(" - ")[1] for line in done.lines]


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    for name, text in (("calendars", CALENDARS), ("sla", POLICIES)):
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")
    repository.commit_all("policies")
    return repository


def test_a_list_has_the_nearest_clock_its_time_left_its_states_and_the_last_change(desk: Repository) -> None:
    down = made(desk, "08:30", "Down", "-t", "incident", "-p", "0")
    task = made(desk, "08:30", "Task")
    epic = made(desk, "08:35", "Epic", "-t", "epic")
    names, since = "id,clock,left,sla,updated,in-status", "2026-03-04T08:30:00Z"
    assert sorted(cells(at(desk, "08:55", "ls", "--columns", names))) == sorted(
        [
            [down, "5min left", "5min", "running, warning", since, "25min"],
            [task, "1d 23h left", "1d23h", "running", since, "25min"],
            [epic, "", "", "none", "2026-03-04T08:35:00Z", "20min"],
        ]
    )
    shown = cells(at(desk, "09:10", "ls", "--columns", "clock,left,sla", "type:incident"))
    assert shown == [["10min late", "-10min", "running, breached"]]
    words = ("ls", "type:incident", "--json", "--columns", "id,clock,left,sla,in-status")
    (found,) = json.loads(at(desk, "09:10", *words).stdout)["tickets"]
    assert (found["clock"]["clock"], found["clock"]["due"]) == ("first_response", "2026-03-04T09:00:00Z")
    assert (found["left"], found["sla"], found["in-status"]) == (-600, ["running", "breached"], 2400)
    assert at(desk, "08:40", "ls", "--format", "csv", "--columns", "left", "type:incident").lines[1] == "20min"


def test_a_list_has_how_long_each_clock_took_the_longest_of_several(repository: Repository) -> None:
    desk = repository
    (desk.tk.store / "calendars.yml").write_text(CALENDARS, "utf-8")
    targets = "{first_response: 1h, next_response: 1h, update: 2h, resolution: 1d}"
    (desk.tk.store / "sla.yml").write_text(f"- {{name: all, calendar: office, targets: {targets}}}\n", "utf-8")
    (desk.tk.store / "people.yml").write_text("ada: {mail: ada@example.org}\n", "utf-8")
    desk.commit_all("policies")
    ticket = made(desk, "08:30", "Down", "--reporter", "Bo")
    made(desk, "08:30", "Waits", "--reporter", "Bo")
    for time, who in (("08:50", "ada"), ("09:00", "Bo"), ("09:05", "ada"), ("09:10", "Bo"), ("09:40", "ada")):
        path = desk.tk.store / f"{ticket}.md"
        lead = "" if "## Notes" in path.read_text() else "\n## Notes\n"
        path.write_text(f"{path.read_text()}{lead}\n**2026-03-04T{time}:00Z** · {who}\n\nText.\n", "utf-8")
        assert at(desk, time, "commit").code == 0
    names = ("first_response_time", "next_response_time", "resolution_time")
    asked = ("ls", "--columns", ",".join(("title", *names)), "--sort", "-next_response_time")
    assert cells(at(desk, "09:50", *asked)) == [["Down", "20min", "30min", ""], ["Waits", "", "", ""]]
    at(desk, "10:00", "close", ticket)
    (found,) = json.loads(at(desk, "10:30", *asked, "is:closed", "--json").stdout)["tickets"]
    assert [found[name] for name in names] == [1200, 1800, 5400]
    assert at(desk, "10:30", "ls", "is:closed", "--format", "csv", "--columns", "update_time").lines == [
        *("update_time", "30min")
    ]


def test_every_list_sorts_by_the_nearest_deadline_and_by_the_last_change(desk: Repository) -> None:
    made(desk, "08:30", "Epic", "-t", "epic")
    made(desk, "08:31", "Task")
    made(desk, "08:32", "Down", "-t", "incident", "-p", "0")
    assert titles(at(desk, "08:55", "ls", "--sort", "left")) == ["Down", "Task", "Epic"]
    assert titles(at(desk, "08:55", "ls", "--sort", "-clock")) == ["Task", "Down", "Epic"]
    assert titles(at(desk, "08:55", "ls", "--sort", "-updated")) == ["Down", "Task", "Epic"]
    assert titles(at(desk, "08:55", "ls", "--sort", "in-status")) == ["Down", "Task", "Epic"]
    assert cells(at(desk, "08:55", "ready", "--sort", "left", "--columns", "title,left"))[0] == ["Down", "7min"]
    assert cells(at(desk, "08:55", "next", "--columns", "title,clock")) == [["Down", "7min left"]]
    assert titles(at(desk, "08:55", "search", "is:open", "--sort", "left")) == ["Down", "Task", "Epic"]
    assert cells(at(desk, "08:55", "search", "Down", "--columns", "title,clock")) == [["Down", "7min left"]]
    every = at(desk, "08:55", "--all-stores", "ls", "--sort", "left", "--columns", "title,left")
    assert [row[1:] for row in cells(every)] == [["Down", "7min"], ["Task", "1d23h"], ["Epic", ""]]


def test_a_person_sees_the_nearest_clock_where_a_policy_exists(desk: Repository) -> None:
    made(desk, "08:30", "Down", "-t", "incident", "-p", "0")
    shown = at(desk, "08:40", "ls", "--format", "table")
    assert ("clock" in shown.lines[0], "20min left" in shown.lines[1], shown.stderr) == (True, True, "")
    narrow = desk.tk("ls", "--format", "table", env={**clock("2026-03-04T09:40:00Z"), "COLUMNS": "40"})
    assert "40min late" in narrow.lines[1]
    (desk.tk.store / "sla.yml").unlink()
    assert "clock" not in at(desk, "08:40", "ls", "--format", "table").stdout


def test_where_the_clocks_cannot_be_known_a_table_says_so_and_a_chosen_column_fails(desk: Repository) -> None:
    made(desk, "08:30", "Task")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{desk.folder}", "../shallow"], cwd=desk.folder,
                   check=True)  # fmt: skip
    shallow = desk.folder.parent / "shallow"
    shown = desk.tk("ls", "--format", "table", cwd=shallow)
    assert (shown.code, "Task" in shown.stdout, "note: no clocks: this clone is shallow" in shown.stderr) == (
        0, True, True,
    )  # fmt: skip
    assert desk.tk("ls", "--columns", "clock", cwd=shallow).code == 4
    assert desk.tk("ls", cwd=shallow).stderr == ""


def test_lists_are_grouped_by_the_states_of_clocks_and_by_nothing_else_that_is_computed(desk: Repository) -> None:
    made(desk, "08:30", "Task")
    made(desk, "08:30", "Epic", "-t", "epic")
    shown = at(desk, "08:40", "ls", "--group-by", "sla", "--columns", "title")
    assert shown.lines == ["running:", "Task", "none:", "Epic"]
    refused = at(desk, "08:40", "ls", "--group-by", "left")
    assert (refused.code, "cannot group by 'left'" in refused.stderr) == (3, True)


def test_a_paused_clock_is_shown_as_paused(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text(
        "statuses:\n  open: {class: open}\n  hold: {class: waiting}\n  closed: {class: done}\n"
    )
    ticket = made(desk, "08:30", "Task")
    at(desk, "09:30", "set", ticket, "status=hold")
    assert cells(at(desk, "11:30", "ls", "--columns", "clock")) == [["1d 23h left, paused"]]


def test_columns_of_clocks_need_a_policy(repository: Repository) -> None:
    repository.tk("new", "One")
    for words in (("--columns", "id,clock"), ("--sort", "left"), ("--json", "--columns", "sla")):
        done = repository.tk("ls", *words)
        assert (done.code, done.stdout) == (3, ""), words
    assert "no policy is defined" in repository.tk("ls", "--columns", "left").stderr


def test_queries_compare_the_last_change_and_what_is_not_committed_changes_now(repository: Repository) -> None:
    old = made(repository, "2026-01-01T08:00:00Z", "Old")
    told = made(repository, "2026-01-01T08:00:00Z", "Told")
    at(repository, "2026-03-03T08:00:00Z", "comment", told, "Still there?")
    assert titles(at(repository, "09:00", "ls", "updated<-14d")) == ["Old"]
    assert titles(at(repository, "09:00", "ls", "updated>-2d")) == ["Told"]
    assert titles(at(repository, "09:00", "ls", "updated:2026-01-01")) == ["Old"]
    assert titles(at(repository, "09:00", "ls", "updated!=2026-01-01")) == ["Told"]
    assert titles(at(repository, "09:00", "search", "updated<-14d")) == ["Old"]
    assert titles(at(repository, "09:00", "search", "Told age>30d in-status>30d")) == ["Told"]
    path = repository.tk.store / f"{old}.md"
    path.write_text(path.read_text("utf-8") + "\nBy hand.\n", "utf-8")
    repository.tk.write("x-1", "Unknown to git")
    assert titles(at(repository, "09:00", "ls", "updated<-14d")) == []
    assert titles(at(repository, "09:00", "ls", "updated>-1h")) == ["Old", "Unknown to git"]
    assert titles(at(repository, "09:00", "ls", "has:updated", "updated<2026-03-04")) == ["Told"]
    wrong = at(repository, "09:00", "ls", "updated<soonish")
    assert (wrong.code, "'soonish' is not a date" in wrong.stderr) == (2, True)


def test_a_status_that_is_not_committed_began_now(repository: Repository) -> None:
    ticket = made(repository, "2026-01-01T08:00:00Z", "Old")
    path = repository.tk.store / f"{ticket}.md"
    path.write_text(path.read_text("utf-8").replace("status: open", "status: in_progress"), "utf-8")
    assert titles(at(repository, "09:00", "ls", "in-status<1h")) == ["Old"]


def test_has_and_no_ask_for_what_is_computed(desk: Repository) -> None:
    made(desk, "08:30", "Task")
    made(desk, "08:30", "Epic", "-t", "epic")
    assert titles(at(desk, "08:40", "ls", "has:sla")) == ["Task"]
    assert titles(at(desk, "08:40", "ls", "no:left")) == ["Epic"]
    assert len(titles(at(desk, "08:40", "ls", "has:age", "has:in-status", "has:updated"))) == 2


def test_a_list_at_a_commit_is_judged_at_its_time_by_its_history_and_its_policies(desk: Repository) -> None:
    ticket = made(desk, "08:30", "Down", "-t", "incident", "-p", "0")
    at(desk, "08:50", "comment", ticket, "A note")
    then = desk.git("rev-parse", "HEAD").strip()
    at(desk, "2026-03-20T12:00:00Z", "start", ticket)
    (desk.tk.store / "sla.yml").unlink()
    desk.commit_all("no policies any more")
    later = "2026-04-20T12:00:00Z"

    def asked(*words: str) -> list[list[str]]:
        return cells(at(desk, later, "ls", "--at", then, *words))

    assert asked("--columns", "title,updated,in-status,age") == [["Down", "2026-03-04T08:50:00Z", "20min", "20min"]]
    assert [len(asked(query)) for query in ("left<11min", "left>9min", "sla:running", "sla:breached")] == [1, 1, 1, 0]
    assert [len(asked(query)) for query in ("age<1h", "age>1d", "in-status<1h", "in-status>1d")] == [1, 0, 1, 0]
    assert [len(asked(query)) for query in ("updated>-1h", "updated<-14d", "created>-1d")] == [1, 0, 1]
    assert asked("--columns", "clock,left") == [["10min left", "10min"]]
    assert len(asked("--sort", "left")) == 1


def test_a_policy_cannot_ask_when_its_tickets_last_changed(desk: Repository) -> None:
    (desk.tk.store / "sla.yml").write_text("- {name: a, if: 'updated<-1d', targets: {resolution: 1d}}\n")
    done = desk.tk("sla")
    assert (done.code, "there is no field 'updated'" in done.stderr) == (4, True)
