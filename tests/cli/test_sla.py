"""`tk sla` in real repositories: clocks from the history, policies, the past, and what is refused."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

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
  targets:
    first_response: {critical: 30min, default: 4h}
    next_response: 1h
    resolution: {critical: 4h, default: 2d}
- name: rest
  if: -type:epic
  targets: {resolution: 2d}
"""
PEOPLE = "bo: {mail: bo@example.org, teams: [core]}\n"


def at(repository: Repository, time: str, *words: str) -> Result:
    """Run `tk` at a time of Wednesday, 2026-03-04, in UTC; Berlin is an hour ahead."""
    moment = time if "T" in time else f"2026-03-04T{time}:00Z"
    return repository.tk(*words, env=clock(moment))


def clock(moment: str) -> dict[str, str]:
    return {"TK_NOW": moment, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}


def rows(done: Result) -> dict[str, dict[str, Any]]:
    assert done.stderr == ""
    return {row["clock"]: row for row in json.loads(done.stdout)["rows"]}


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    for name, text in (("calendars", CALENDARS), ("sla", POLICIES), ("people", PEOPLE)):
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")
    repository.commit_all("policies")
    return repository


def answer(desk: Repository, time: str, ticket: str) -> None:
    """Comment as bo, who is of the team."""
    bo = {"GIT_AUTHOR_NAME": "bo", "GIT_AUTHOR_EMAIL": "bo@example.org", "TK_ME": "bo"}
    assert desk.tk("comment", ticket, "We look.", env={**clock(f"2026-03-04T{time}:00Z"), **bo}).code == 0


def incident(desk: Repository, *words: str) -> str:
    return at(desk, "08:30", "new", "Down", "-t", "incident", *words).stdout.split()[0]


def test_clocks_are_listed_the_nearest_deadline_first_in_the_zone_of_their_calendar(desk: Repository) -> None:
    incident(desk)
    found = json.loads(at(desk, "09:00", "sla", "--json").stdout)["rows"]
    assert [(row["clock"], row["left"], row["due"]) for row in found] == [
        ("first_response", 3.5 * 3600, "2026-03-04 13:30 CET"),
        ("resolution", 15.5 * 3600, "2026-03-06 09:30 CET"),
    ]


def test_the_first_policy_that_matches_applies_and_an_unmatched_ticket_has_no_clock(desk: Repository) -> None:
    task = at(desk, "08:30", "new", "Task").stdout.strip()
    epic = at(desk, "08:30", "new", "Epic", "-t", "epic").stdout.strip()
    assert [row["policy"] for row in json.loads(at(desk, "09:00", "sla", "--json").stdout)["rows"]] == ["rest"]
    shown = json.loads(at(desk, "09:00", "sla", "--unmatched", "--json").stdout)["rows"]
    assert [row["ticket"] for row in shown] == [epic]
    assert task != epic


def test_an_answer_of_the_team_meets_the_first_response_and_one_of_others_does_not(desk: Repository) -> None:
    ticket = incident(desk)
    ada = {"GIT_AUTHOR_NAME": "Ada Lovelace"}
    desk.tk("comment", ticket, "More", env={**clock("2026-03-04T09:00:00Z"), "TK_ME": "Ada Lovelace", **ada})
    assert set(rows(at(desk, "09:10", "sla", "--json"))) == {"first_response", "next_response", "resolution"}
    answer(desk, "09:30", ticket)
    assert set(rows(at(desk, "09:40", "sla", "--json"))) == {"resolution"}


def test_an_internal_note_is_no_response(desk: Repository) -> None:
    ticket = incident(desk)
    bo = {"GIT_AUTHOR_NAME": "bo", "GIT_AUTHOR_EMAIL": "bo@example.org", "TK_ME": "bo"}
    desk.tk("comment", ticket, "Between us", "--internal", env={**clock("2026-03-04T09:00:00Z"), **bo})
    assert "first_response" in rows(at(desk, "09:10", "sla", "--json"))


def test_a_raised_priority_gives_the_new_target_and_keeps_the_elapsed_time(desk: Repository) -> None:
    ticket = incident(desk)
    at(desk, "10:30", "set", ticket, "priority=0")
    resolution = rows(at(desk, "11:30", "sla", "--json"))["resolution"]
    assert (resolution["target"], resolution["elapsed"]) == (4 * 3600, 3 * 3600)


def test_what_is_missed_is_listed_and_ends_the_check_with_one(desk: Repository) -> None:
    ticket = incident(desk, "-p", "0")
    assert at(desk, "08:40", "sla", "check").code == 0
    assert at(desk, "08:40", "sla", "check", "--within", "30min").code == 1
    assert at(desk, "09:30", "sla", "check").code == 1
    assert at(desk, "09:30", "sla", "check", "type:task").code == 0
    assert [row["clock"] for row in json.loads(at(desk, "09:30", "sla", "--breached", "--json").stdout)["rows"]] == [
        "first_response"
    ]
    at(desk, "2026-03-09T08:30:00Z", "close", ticket)
    late = json.loads(at(desk, "2026-03-09T08:40:00Z", "sla", "--breached", "is:closed", "--json").stdout)["rows"]
    assert [(row["clock"], row["state"]) for row in late] == [
        ("first_response", "breached"),
        ("resolution", "breached"),
    ]


def test_the_check_is_no_pass_where_a_ticket_cannot_be_read(desk: Repository) -> None:
    incident(desk, "-p", "0")
    assert at(desk, "08:40", "sla", "check").code == 0
    (desk.tk.store / "xx-1.md").write_text("---\nid: xx-1\nstatus: [open\n---\n# One\n")
    checked = at(desk, "08:40", "sla", "check")
    assert (checked.code, "cannot read xx-1" in checked.stderr) == (4, True), checked.stderr


def test_the_past_is_judged_as_it_stood_then_and_a_policy_can_be_tried_on_it(desk: Repository) -> None:
    incident(desk)
    then = desk.git("rev-parse", "HEAD")
    at(desk, "12:00", "new", "Later", "-t", "incident")
    past = json.loads(at(desk, "16:00", "sla", "--at", then, "--json").stdout)["rows"]
    assert {row["elapsed"] for row in past} == {0}
    (desk.folder / "new.yml").write_text("- {name: strict, targets: {resolution: 1min}}\n")
    tried = at(desk, "16:00", "sla", "check", "--policy", "new.yml", "--json")
    assert (tried.code, {row["policy"] for row in json.loads(tried.stdout)["rows"]}) == (1, {"strict"})


def test_what_has_ended_is_judged_by_the_policies_in_force_then(desk: Repository) -> None:
    ticket = incident(desk, "-p", "0")
    answer(desk, "09:30", ticket)  # 60 minutes; 30 are promised
    relaxed = POLICIES.replace("critical: 30min", "critical: 4h").replace("{critical: 4h, ", "{critical: 1d, ")
    (desk.tk.store / "sla.yml").write_text(relaxed, "utf-8")
    for is_committed in (False, True):
        if is_committed:
            later = {**desk.tk.environment, **clock("2030-01-01T00:00:00Z")}
            subprocess.run(["git", "commit", "-qam", "relaxed"], cwd=desk.folder, env=later, check=True)
        assert list(rows(at(desk, "12:30", "sla", "--breached", "--json"))) == ["first_response"]
        assert rows(at(desk, "12:30", "sla", "--breached", "--policy", "today", "--json")) == {}
        assert rows(at(desk, "12:30", "sla", "--json"))["resolution"]["target"] == 8 * 3600
    refused = at(desk, "12:30", "sla", "--policy", "nowhere.yml")
    assert (refused.code, refused.lines) == (2, [])
    assert "--policy nowhere.yml: No such file" in refused.stderr


def test_settings_that_cannot_be_read_were_never_in_force(desk: Repository) -> None:
    ticket = incident(desk, "-p", "0")
    answer(desk, "09:30", ticket)
    (desk.tk.store / "sla.yml").write_text("- name: [", "utf-8")
    desk.commit_all("broken")
    (desk.tk.store / "sla.yml").write_text(POLICIES.replace("30min", "2h"), "utf-8")
    desk.commit_all("repaired")
    assert list(rows(at(desk, "12:30", "sla", "--breached", "--json"))) == ["first_response"]


def test_every_stretch_is_explained_with_its_reason(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text(
        "statuses: {open: open, in_progress: active, parked: waiting, closed: done}\n"
    )
    ticket = incident(desk)
    at(desk, "09:30", "status", ticket, "parked")
    at(desk, "10:30", "status", ticket, "open")
    shown = json.loads(at(desk, "11:00", "sla", "--explain", ticket, "--json").stdout)["rows"]
    assert [(row["why"], row["counted"]) for row in shown if row["clock"] == "resolution"] == [
        ("running", 3600), ("paused", 0), ("running", 1800),
    ]  # fmt: skip
    events = json.loads(at(desk, "11:00", "sla", "events", ticket, "--json").stdout)["rows"]
    assert [event["type"] for event in events if event["metric"] == "resolution"] == ["activate", "pause", "activate"]


def test_a_duplicate_that_was_merged_away_has_neither_met_nor_missed(desk: Repository) -> None:
    first, second = incident(desk), incident(desk, "--no-check-duplicates")
    assert at(desk, "2026-03-20T10:00:00Z", "merge-into", first, "--into", second).code == 0
    found = at(desk, "2026-03-20T11:00:00Z", "sla", "--breached", "is:closed", "--json")
    assert json.loads(found.stdout)["rows"] == []


def test_an_imported_ticket_counts_from_its_own_dates(desk: Repository) -> None:
    desk.tk.write("a-1", "Imported", status="closed", more="closed: 2026-02-02T09:00:00Z\n")
    text = (desk.tk.store / "a-1.md").read_text().replace("type: task", "type: incident")
    lines = [line for line in text.splitlines() if not line.startswith("created:")]
    lines.insert(1, "created: 2026-02-02T08:00:00Z")
    (desk.tk.store / "a-1.md").write_text("\n".join(lines) + "\n")
    desk.commit_all("import")
    shown = json.loads(at(desk, "11:00", "sla", "--explain", "a-1", "--json").stdout)["rows"]
    assert sum(row["counted"] for row in shown if row["clock"] == "resolution") == 3600


def test_a_shallow_clone_that_cannot_know_ends_with_four(desk: Repository) -> None:
    incident(desk)
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{desk.folder}", "shallow"],
        cwd=desk.folder.parent, check=True, env=desk.tk.environment,
    )  # fmt: skip
    done = desk.tk("sla", cwd=desk.folder.parent / "shallow")
    assert (done.code, done.stdout) == (4, "")
    assert "this clone is shallow" in done.stderr


def listed(done: Result) -> list[str]:
    assert done.stderr == ""
    return [line.split(" - ")[1] for line in done.lines]


def test_queries_compare_the_states_of_clocks_and_the_time_left(desk: Repository) -> None:
    incident(desk, "-p", "0")
    at(desk, "08:30", "new", "Task")
    at(desk, "08:30", "new", "Epic", "-t", "epic")
    assert listed(at(desk, "09:10", "ls", "sla:breached")) == ["Down"]
    assert listed(at(desk, "08:55", "ls", "sla:warning")) == ["Down"]
    assert sorted(listed(at(desk, "08:55", "ls", "sla:running"))) == ["Down", "Task"]
    assert listed(at(desk, "08:55", "ls", "sla:none")) == ["Epic"]
    assert listed(at(desk, "08:40", "ls", "left<1h")) == ["Down"]
    assert listed(at(desk, "08:40", "ls", "left<1min")) == []
    assert listed(at(desk, "08:40", "ls", "--", "-left<1h", "type:task")) == ["Task"]


def test_queries_compare_the_time_in_a_status_and_the_age(repository: Repository) -> None:
    ticket = at(repository, "2026-03-01T08:00:00Z", "new", "Old").stdout.strip()
    at(repository, "2026-03-04T08:00:00Z", "new", "New")
    at(repository, "2026-03-04T08:00:00Z", "start", ticket)
    assert listed(at(repository, "09:00", "ls", "age>2d")) == ["Old"]
    assert listed(at(repository, "09:00", "ls", "in-status>2d")) == []
    assert sorted(listed(at(repository, "2026-03-07T09:00:00Z", "ls", "in-status>3d"))) == ["New", "Old"]


def test_a_field_of_a_ticket_precedes_a_computed_one_of_its_name(repository: Repository) -> None:
    repository.tk.write("a-1", "Person", more="age: 42\n")
    assert listed(repository.tk("ls", "age:42")) == ["Person"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("sla:brached", "did you mean breached?"),
        ("left<soon", "'soon' is no duration"),
        ("left:2h", "left is compared with < or >"),
        ("sla>breached", "the states of clocks have no order"),
    ],
)
def test_a_comparison_that_no_clock_has_is_refused(desk: Repository, query: str, message: str) -> None:
    done = desk.tk("ls", query)
    assert (done.code, message in done.stderr) == (2, True)


def test_a_store_without_policies_knows_no_clocks(repository: Repository) -> None:
    repository.tk.write("a-1", "One")
    assert "there is no field 'sla'" in repository.tk("ls", "sla:breached").stderr
    assert "Clocks" not in repository.tk("show", "a-1").stdout


def test_a_policy_cannot_ask_for_what_policies_compute(desk: Repository) -> None:
    (desk.tk.store / "sla.yml").write_text("- {name: a, if: 'sla:breached', targets: {resolution: 1d}}\n")
    done = desk.tk("sla")
    assert (done.code, "there is no field 'sla'" in done.stderr) == (4, True)


def test_a_ticket_is_shown_with_the_clocks_that_run(desk: Repository) -> None:
    ticket = incident(desk)
    assert "## Clocks\n\n- first_response: running, 3h 30min left" in at(desk, "09:00", "show", ticket).stdout
    clocks = json.loads(at(desk, "09:00", "show", ticket, "--json").stdout)["tickets"][0]["clocks"]
    assert [(clock["clock"], clock["left"]) for clock in clocks] == [("first_response", 12600), ("resolution", 55800)]
    at(desk, "09:30", "close", ticket)
    assert "Clocks" not in at(desk, "10:00", "show", ticket).stdout


@pytest.mark.parametrize("change", ["priority=critical", "type=task"])
def test_a_target_that_a_change_makes_stricter_than_what_has_passed_is_explained(desk: Repository, change: str) -> None:
    stricter = POLICIES.replace("resolution: 2d}", "resolution: 2h}").replace("  if: -type:epic\n", "")
    (desk.tk.store / "sla.yml").write_text(stricter, "utf-8")
    desk.commit_all("stricter")
    ticket, other = incident(desk), incident(desk, "--reporter", "Cy")
    cy = {"GIT_AUTHOR_NAME": "Cy", "GIT_AUTHOR_EMAIL": "cy@example.org", "TK_ME": "Cy"}
    assert desk.tk("comment", other, "Well?", env={**clock("2026-03-04T08:35:00Z"), **cy}).code == 0
    assert at(desk, "14:00", "set", other, change).code == 0
    before = at(desk, "14:00", "sla", "--explain", ticket).stdout
    assert at(desk, "14:00", "set", ticket, change).code == 0
    shown = at(desk, "15:00", "sla", "--explain", ticket).lines
    passed = {"priority=critical": ("4h", "13:30 CET"), "type=task": ("2h", "10:30 UTC")}[change]
    since = "15:00 CET" if change == "priority=critical" else "14:00 UTC"
    said = f"its target of {passed[0]}, in force since 2026-03-04 {since}, had passed by 2026-03-04 {passed[1]}"
    assert f"resolution: missed at once: {said}" in shown
    assert "at once" not in before
    if change == "priority=critical":
        told = at(desk, "15:00", "sla", "--explain", other).lines
        assert [line for line in told if line.startswith("next_response:")] == [
            "next_response: late; due 2026-03-04 10:35 CET, by gold"
        ]


def test_without_a_policy_it_says_what_to_write(repository: Repository) -> None:
    done = repository.tk("sla")
    assert (done.code, done.stderr.splitlines()[0]) == (3, "Error: no policy is defined")
    assert repository.tk("sla", "presets").code == 0


BAD = {
    "- {name: a, targets: {resolution: soon}}": "'soon' is not a duration",
    "- {name: a, targets: {resolution: 0min}}": "'0min' is not a duration",
    "- {name: a, targets: {resolution: 99999w}}": "ten years at most",
    "- {name: a, targets: {resolutoin: 1d}}": "unknown clock 'resolutoin'. Did you mean 'resolution'?",
    "- {name: a, targets: {resolution: {urgent: 1d}}}": "unknown priority 'urgent'",
    "- {name: a, targets: {resolution: {reopen: maybe}}}": "cannot be 'maybe'",
    "- {name: a}": "the policy a has no targets",
    "- {targets: {resolution: 1d}}": "a policy needs a name",
    "- {name: a, targets: {resolution: 1d}, calendar: offcie}": "unknown calendar 'offcie'. Did you mean 'office'?",
    "- {name: a, targets: {resolution: 1d}, preset: zendsk}": "Did you mean 'zendesk'?",
    "- {name: a, targets: {resolution: 1d}, pause: [parkd]}": "unknown status 'parkd'",
    "- {name: a, targets: {resolution: 1d}, pauses: [all]}": "unknown clock 'all'",
    "- {name: a, targets: {resolution: 1d}, warn: [75]}": "'75' is not a share such as 75% or a duration",
    "- {name: a, targets: {resolution: 1d}, if: '(type:bug'}": "the query cannot be read",
    "- {name: a, targets: {resolution: 1d}, if: nobody:knows}": "there is no field 'nobody'",
    "- {name: a, targets: {resolution: 1d}}\n- {name: A, targets: {resolution: 1d}}": "duplicate name 'A'",
    "name: a": "sla must be a list of policies",
    "- !!python/object/apply:os.system [touch hacked]": "tags (`!…`) are not allowed",
    "- &a [*a]": "anchors are not allowed",
}


@pytest.mark.parametrize(("text", "message"), BAD.items())
def test_a_bad_policy_is_named_with_its_line(desk: Repository, text: str, message: str) -> None:
    (desk.tk.store / "sla.yml").write_text(f"# policies\n{text}\n")
    done = desk.tk("sla")
    assert done.code == 4, done.stderr
    assert done.stderr.startswith("Error: .tickets/sla.yml:")
    assert message in done.stderr
    (desk.folder / "tried.yml").write_text((desk.tk.store / "sla.yml").read_text())
    (desk.tk.store / "sla.yml").unlink()
    tried = desk.tk("sla", "--policy", "tried.yml")
    assert (tried.code, message in tried.stderr) == (4, True)
    assert tried.stderr.startswith("Error: tried.yml:")


def test_a_tried_policy_that_is_too_large_is_named_as_such(desk: Repository) -> None:
    (desk.folder / "tried.yml").write_text("- {name: a}\n" * 30_000)
    tried = desk.tk("sla", "--policy", "tried.yml")
    assert (tried.code, "tried.yml:0: is larger than 256 KiB" in tried.stderr) == (4, True)


TIMELINES = """\
- name: an answer within half an hour, then a pause
  ticket: {type: incident, priority: critical, created: "2026-03-04T09:00"}
  steps:
    - {at: "2026-03-04T09:20", comment: team}
    - {at: "2026-03-04T10:00", status: blocked}
    - {at: "2026-03-04T11:00", set: {priority: 2}}
  expect:
    - {clock: first_response, state: met, elapsed: 20min, target: 30min, policy: gold}
    - {clock: first_response, at: "2026-03-04T09:10", state: running, left: 20min, due: "2026-03-04T09:30"}
    - {clock: resolution, state: paused, elapsed: 1h}
    - {clock: update, state: none}
"""


def test_timelines_beside_the_policies_test_them(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text("statuses: {open: open, blocked: waiting, closed: done}\n", "utf-8")
    (desk.tk.store / "sla-tests.yml").write_text(TIMELINES, "utf-8")
    passed = desk.tk("sla", "test", "--json")
    assert (passed.code, passed.stderr) == (0, "")
    assert [row["verdict"] for row in json.loads(passed.stdout)["rows"]] == ["ok"]
    (desk.folder / "lax.yml").write_text(POLICIES.replace("30min", "10min"), "utf-8")
    failed = desk.tk("sla", "test", "--policy", "lax.yml", "--json")
    assert failed.code == 1
    found = json.loads(failed.stdout)["rows"]
    assert [row["line"] for row in found] == ["sla-tests.yml:8", "sla-tests.yml:8", *["sla-tests.yml:9"] * 2]
    assert found[0]["why"] == "first_response: state is breached, expected met"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- name: x\n  ticket: {created: soon}\n  expect: [{clock: update, state: met}]\n", "1: 'soon' is no moment"),
        ("- ticket: {created: '2026-03-04T09:00'}\n", "1: 'timeline 1' expects nothing"),
        ("- ticket: {type: bgu}\n", "type cannot be 'bgu'"),
        ("- ticket: {severty: x}\n", "1: unknown field 'severty'"),
        ("- steps: [{at: x, comment: tema}]\n", "comment cannot be 'tema'. Must be one of: team requester"),
        ("- expect: [{clock: resolutoin}]\n", "clock cannot be 'resolutoin'"),
        ("- expect: [{clock: update, left: soon}]\n", "'soon' is no duration"),
        ("- expekt: []\n", "unknown key 'expekt'. Did you mean 'expect'?"),
        ("a: b\n", "must be a list of timelines"),
        ("- &a [*a]\n", "anchors are not allowed"),
    ],
)
def test_a_bad_timeline_is_named_with_its_line(desk: Repository, text: str, message: str) -> None:
    (desk.folder / "t.yml").write_text(text, "utf-8")
    refused = desk.tk("sla", "test", "t.yml")
    assert (refused.code, refused.lines) == (4, [])
    assert message in refused.stderr
    assert "t.yml:" in refused.stderr or "t.yml" in refused.stderr
