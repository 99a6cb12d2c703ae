"""Calendars, people, queues and services as settings: what they give, and what is said of bad ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk

OFFICE = "office:\n  zone: Europe/Berlin\n  hours: {mon-fri: 09:00-17:00}\n"
PEOPLE = """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [core], skills: [parser], capacity: 5}
bo: {teams: [leads]}
Cy: cy@example.org
"""


def put(tk: Tk, **files: str) -> None:
    for name, text in files.items():
        (tk.store / f"{name}.yml").write_text(text, "utf-8")


@pytest.fixture(autouse=True)
def store(tk: Tk) -> None:
    tk.store.mkdir(exist_ok=True)


BAD = {
    "a: {hours: {mon: 9-17}, zone: UTC}": "'9-17' is no span of hours",
    "a: {hours: {mon: 17:00-09:00}, zone: UTC}": "is no span of hours",
    "a: {hours: {mon: 22:00-25:00}, zone: UTC}": "is no span of hours",
    "a: {hours: {mon: [09:00-12:00, 11:00-13:00]}, zone: UTC}": "the hours of this day overlap",
    "a: {hours: {mnday: 09:00-12:00}, zone: UTC}": "unknown day 'mnday'",
    "a: {hours: {mon: 09:00-12:00, mon-fri: 09:00-12:00}, zone: UTC}": "the hours of mon are given twice",
    "a: {hours: {mon: 09:00-12:00}}": "this calendar has no zone",
    "a: {hours: {mon: 09:00-12:00}, zone: Europe/Berlni}": "Did you mean 'Europe/Berlin'?",
    "a: {hours: {mon: 09:00-12:00}, zone: ../../etc/passwd}": "unknown time-zone",
    "a: {zone: UTC}": "this calendar has no hours",
    "a: {hours: {mon: closed}, zone: UTC}": "this calendar has no hours",
    "a: {hours: {}, zone: UTC, dates: {12-25: x}}": "this calendar has no hours",
    "a: {dates: {25.12.: Christmas}}": "'25.12.' is no date",
    "a: {dates: {2026-02-30: x}}": "'2026-02-30' is no date",
    "a: {dates: {2026-01-01..2036-01-01: x}}": "370 days at most",
    "a: {hours: {mon: 09:00-12:00}, zone: UTC, holidays: nowhere}": "unknown holidays 'nowhere'",
    "a: {hours: {mon: 09:00-12:00}, zone: UTC, workday: 8}": "workday cannot be '8'",
    "a: {hours: {mon: 09:00-12:00}, zone: UTC, workday: 25h}": "24h at most",
    "always: {hours: {mon: 09:00-12:00}, zone: UTC}": "choose another name",
    "a: {hours: &x {mon: 09:00-12:00}, zone: UTC}": "anchors are not allowed",
}


@pytest.mark.parametrize(("text", "message"), BAD.items())
def test_a_bad_calendar_is_named_with_its_line(tk: Tk, text: str, message: str) -> None:
    put(tk, calendars=f"# calendars\n{text}\n")
    done = tk("calendar")
    assert done.code == 4
    assert done.stderr.startswith("Error: .tickets/calendars.yml:2: ")
    assert message in done.stderr


@pytest.mark.parametrize(
    ("section", "inner"),
    [("calendars", OFFICE), ("sla", "- {name: gold, targets: {resolution: 2d}}\n"), ("people", "ada: {capacity: 5}\n")],
)
def test_a_file_that_repeats_the_name_of_its_section_is_told_so(tk: Tk, section: str, inner: str) -> None:
    indented = "".join(f"  {line}\n" for line in inner.splitlines())
    put(tk, **{section: f"# ours\n{section}:\n{indented}"})
    done = tk("check")
    assert f".tickets/{section}.yml:2: error: {section}.yml holds what stands under `{section}`" in done.stdout
    assert f"leave out the line `{section}:`" in done.stdout
    assert tk("ls").code == 4


def test_an_entry_with_the_name_of_its_section_is_an_entry(tk: Tk) -> None:
    put(tk, people="people: {name: People Operations}\n", calendars=OFFICE.replace("office", "calendars"))
    assert tk("check").code == 0
    assert "calendars in 2026-12" in tk("calendar", "calendars", "2026-12").stdout


def test_an_unknown_key_is_a_warning_and_the_rest_of_the_calendar_counts(tk: Tk) -> None:
    put(tk, calendars=OFFICE + "  clsoed: [12-24]\n")
    done = tk("calendar", "office", "2026-12")
    assert done.code == 0
    assert ".tickets/calendars.yml:4: unknown key 'clsoed'. Did you mean 'closed'?" in done.stderr


def test_a_month_is_shown_with_the_hours_of_each_day(tk: Tk) -> None:
    put(tk, calendars=OFFICE + "  closed: [12-24]\n  dates: {12-25: Christmas}\n  days: {2026-12-31: 09:00-12:00}\n")
    shown = tk("calendar", "office", "2026-12", "--json")
    rows = {row["date"]: row for row in json.loads(shown.stdout)["rows"]}
    assert len(rows) == 31
    assert rows["2026-12-01"]["hours"] == "09:00-17:00"
    assert (rows["2026-12-24"]["hours"], rows["2026-12-24"]["note"]) == ("", "closed")
    assert rows["2026-12-25"]["note"] == "Christmas"
    assert rows["2026-12-31"]["seconds"] == 3 * 3600
    assert "office in 2026-12" in tk("calendar", "office", "2026-12-24").stdout


def test_the_night_of_a_change_of_the_clock_has_its_elapsed_hours(tk: Tk) -> None:
    put(tk, calendars="night: {zone: Europe/Berlin, hours: {mon-sun: 00:00-24:00}}\n")
    for month, day, hours in (("2026-03", "2026-03-29", 23), ("2026-10", "2026-10-25", 25)):
        rows = json.loads(tk("calendar", "night", month, "--json").stdout)["rows"]
        assert [row["seconds"] for row in rows if row["date"] == day] == [hours * 3600]


def test_a_list_of_holidays_closes_the_days_of_calendars_that_name_it(tk: Tk) -> None:
    put(tk, calendars=OFFICE + "  holidays: [firm]\nfirm: {dates: {2026-11-25: Outing}}\n")
    rows = json.loads(tk("calendar", "office", "2026-11", "--json").stdout)["rows"]
    assert [row["note"] for row in rows if row["date"] == "2026-11-25"] == ["Outing"]
    assert tk("calendar", "firm").code == 3


def test_an_unknown_calendar_and_a_bad_month_name_what_is_known(tk: Tk) -> None:
    put(tk, calendars=OFFICE)
    done = tk("calendar", "offcie")
    assert (done.code, done.stderr) == (
        3,
        "Error: no calendar 'offcie'. Known: office always\nHint: Did you mean 'office'?\n",
    )
    assert tk("calendar", "office", "next month").code == 2


def test_holidays_of_a_country_name_the_package_that_they_need(tk: Tk) -> None:
    try:
        import holidays  # noqa: F401
    except ImportError:
        put(tk, calendars=OFFICE + "  holidays: DE-BY\n")
        done = tk("calendar", "office", "2026-12")
        assert done.code == 4
        assert ".tickets/calendars.yml:1: the holidays of DE-BY need the Python package `holidays`" in done.stderr
        found = tk("check")
        assert (found.code, "[holidays-not-installed]" in found.stdout) == (0, True), found.stdout
        return
    pytest.skip("the package holidays is installed")


POLICY = "- {name: a, if: 'QUERY', targets: {resolution: 1d}}\n"
FAULTY = {
    "sla": {POLICY.replace("QUERY", "type:incidnt"): "type", POLICY.replace("QUERY", "typ:bug"): "typ"},
    "routes": {
        "- {name: a, if: 'type:incidnt', team: core}\n": "type",
        "- {name: a, if: '@none', team: core}\n": "@none",
    },
    "rules": {"- {name: a, if: 'is:opne', on: created, do: [stop]}\n": "opne"},
    "config": {
        "queries: {late: 'is:opne'}\n": "opne",
        "blockers.query: 'severty:blocker'\n": "severty",
        "dashboards:\n  a:\n    - query: typ:bug\n": "typ",
        "triage: {rules: [{words: [x], if: 'typ:bug', type: bug}]}\n": "typ",
    },
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FAULTY.items() for text in texts])
def test_check_finds_a_query_of_the_settings_that_no_command_could_use(tk: Tk, name: str, text: str) -> None:
    put(tk, people="ada: {teams: [core]}\n", **{name: text})
    found = tk("check")
    assert (found.code, f".tickets/{name}.yml:" in found.stdout) == (1, True), found.stdout + found.stderr
    assert FAULTY[name][text] in found.stdout


def test_a_policy_about_a_type_that_nobody_knows_is_refused(tk: Tk) -> None:
    put(tk, sla=POLICY.replace("QUERY", "type:incidnt"))
    done = tk("sla")
    assert (done.code, "Did you mean 'incident'?" in done.stderr) == (4, True), done.stderr


def test_a_query_about_me_is_sound_where_git_knows_no_user(tk: Tk) -> None:
    put(tk, config="queries: {mine: 'assignee:me'}\n")
    assert tk("check").code == 0


def test_a_calendar_may_stand_in_one_of_two_files_only(tk: Tk) -> None:
    put(tk, calendars=OFFICE, config="calendars:\n  night: {zone: UTC, hours: {mon: 00:00-06:00}}\n")
    done = tk("calendar")
    assert done.code == 4
    assert "keep it in one of the two files" in done.stderr


def test_people_are_listed_with_teams_and_open_tickets(tk: Tk) -> None:
    put(tk, people=PEOPLE)
    tk.write("a-1", more="assignee: ada\n")
    tk.write("a-2", more="assignee: Ada Lovelace\n")
    tk.write("a-3", more="assignee: cy@example.org\n")
    tk.write("a-4", more="assignee: bo\n", status="closed")
    rows = {row["name"]: row for row in json.loads(tk("people", "--json").stdout)["rows"]}
    assert {name: row["open"] for name, row in rows.items()} == {"ada": 2, "bo": 0, "Cy <cy@example.org>": 1}
    assert [row["name"] for row in json.loads(tk("people", "core", "--json").stdout)["rows"]] == ["ada"]
    done = tk("people", "cor")
    assert (done.code, "Did you mean 'core'?" in done.stderr) == (3, True)


def test_an_absence_is_shown_until_its_last_day(tk: Tk) -> None:
    put(tk, people="ada: {away: [2000-01-01..2000-02-01, 2000-01-15]}\nbo: {away: [2001-01-01]}\n")
    rows = json.loads(tk("people", "--json").stdout)["rows"]
    assert [row["away_until"] for row in rows] == [None, None]


def test_a_team_in_a_query_means_each_name_of_its_people(tk: Tk) -> None:
    put(tk, people=PEOPLE)
    for number, person in enumerate(("ada", "Ada Lovelace", "ada@example.org", "bo", "team:core"), 1):
        tk.write(f"a-{number}", more=f"assignee: {person}\n")
    assert [line.split()[0] for line in tk("ls", "assignee:team:core").lines] == ["a-1", "a-2", "a-3", "a-5"]
    assert [line.split()[0] for line in tk("ls", "--", "-assignee:team:core").lines] == ["a-4"]
    done = tk("ls", "assignee:team:cor")
    assert done.code == 2
    assert "there is no team 'cor'; did you mean core?" in done.stderr


def test_me_is_found_by_every_name_of_the_person_i_am(tk: Tk) -> None:
    put(tk, people=PEOPLE)
    tk.write("a-1", more="assignee: ada\n")
    tk.write("a-2", more="assignee: bo\n")
    me = {"GIT_AUTHOR_NAME": "Ada Lovelace", "TK_ME": "Ada Lovelace"}
    assert [line.split()[0] for line in tk("ls", "assignee:me", env=me).lines] == ["a-1"]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("people", "ada: {capacity: many}", "capacity must be a whole number up to 1000"),
        ("people", "ada: {away: [soon]}", "'soon' is no date"),
        ("people", "ada: {mail: nowhere}", "mail cannot be 'nowhere'"),
        ("people", "ada: {calendar: office}", "unknown calendar 'office'. Known: always"),
        ("people", "ada: {name: Bo}\nbo: {}", "duplicate name 'bo'"),
        ("people", "ada: {mail: a@x.org}\nbo: {mail: A@x.org}", ":3: 'bo' has the mail address of 'ada'"),
        ("people", "ada: {mail: a@x.org}\nbo: a@x.org", ":3: 'bo' has the mail address of 'ada'"),
        ("people", "[Ada <a@x.org>, cy, Bo <a@X.org>]", ":2: 'Bo' has the mail address of 'Ada'"),
        ("queues", "support: {team: coer}", "unknown team 'coer'. Did you mean 'core'?"),
        ("queues", "support: {types: [quest]}", "unknown type 'quest'. Did you mean 'question'?"),
        ("queues", "support: {calendar: offic}", "unknown calendar 'offic'"),
        ("queues", "support: {audience: all}", "audience cannot be 'all'"),
        ("services", "web: {owner: Eve}", "unknown owner 'Eve'. Known: ada."),
        ("services", "web: {queue: nowhere}", "unknown queue 'nowhere'"),
    ],
)
def test_a_name_that_nobody_knows_is_named_with_its_line(tk: Tk, file: str, text: str, message: str) -> None:
    put(tk, **{"people": "ada: {name: Ada Lovelace, teams: [core]}\n", file: f"\n{text}\n"})
    done = tk("queues")
    assert done.code == 4, done.stderr
    assert f"Error: .tickets/{file}.yml:" in done.stderr
    assert message in done.stderr


def test_queues_are_listed_with_their_open_tickets_and_those_that_only_tickets_name(tk: Tk) -> None:
    put(tk, queues="support: {types: [support], audience: public}\n")
    tk.write("a-1", more="queue: support\n")
    tk.write("a-2", more="queue: lost\n")
    rows = json.loads(tk("queues", "--json").stdout)["rows"]
    assert [(row["name"], row["open"]) for row in rows] == [("support", 1), ("lost", 1)]


def test_a_queue_and_a_service_that_the_settings_do_not_describe_are_refused_and_found(tk: Tk) -> None:
    tk.write("d-1")
    assert tk("set", "d-1", "queue=suport", "service=webb").code == 0
    (tk.store / "queues.yml").write_text("support: {}\nit: {}\n", "utf-8")
    (tk.store / "services.yml").write_text("web: {}\n", "utf-8")
    found = sorted(line.partition(": ")[2] for line in tk("check").lines if line.startswith(".tickets"))
    assert found == ["error: unknown queue 'suport' [unknown-value]", "error: unknown service 'webb' [unknown-value]"]
    refused = tk("set", "d-1", "queue=supprt")
    assert (refused.code, refused.stderr) == (
        2, "Error: invalid queue 'supprt'. Must be one of: support it\nHint: Did you mean 'support'?\n",
    )  # fmt: skip
    assert tk("set", "d-1", "service=wbe").code == 2
    assert tk("set", "d-1", "queue=it/network", "service=web").code == 0
    assert tk("check").code == 0
