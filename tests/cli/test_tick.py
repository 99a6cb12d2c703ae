"""`tk tick`: rules on time, recurring tickets and the end of waiting, once, in one commit, in any number of clones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from builders import NOW, opened
from clones import make_clones
from plaintickets.actions.tick import PARTS, tick
from plaintickets.actions.wait import wait
from plaintickets.core.rule_queries.standing import Standing
from plaintickets.errors import RefusedError, UsageError
from plaintickets.git.origin import origin_name
from plaintickets.project import Project
from plaintickets.store.settings import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository
    from plaintickets.actions.tick import Ticked
    from store_files import Result

CONFIG = "statuses: {open: open, waiting: waiting, closed: done}\nresolutions: [fixed, stale]\n"
ESCALATE = """\
- name: escalate
  on: time
  if: age>3d -tag:escalated
  do: [{tag: escalated}, {set: {priority: +1}}, {assign: team:leads}, {notify: [assignee, team:leads]}]
"""
STALE = """\
- name: stale
  on: time
  if: in-class:waiting updated<-14d
  do: [{comment: "Closing {id}."}, {status: closed, resolution: stale}]
"""
PEOPLE = "ada: {teams: [leads]}\n"
BACKUPS = (
    'backups: {rrule: FREQ=WEEKLY;BYDAY=MO, start: 2026-02-09, title: "Check of {date}", type: chore, tags: [ops]}\n'
)


def put(repository: Repository, **files: str) -> Repository:
    for name, text in files.items():
        (repository.tk.store / f"{name}.yml").write_text(text, "utf-8")
    repository.commit_all("settings")
    return repository


def ticked(repository: Repository, day: str = "2026-03-01", *parts: str) -> Ticked:
    """Tick at noon of a day, in this process."""
    from datetime import datetime

    around = opened(repository).around
    now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    return tick(Project.open(around._replace(now=lambda: now)), parts or PARTS[:-1])


def names(done: Ticked) -> list[tuple[str, str]]:
    return [(row.part, row.why.partition(":")[0]) for row in done.rows]


def waiting_since(repository: Repository, when: str) -> str:
    clock = {"TK_NOW": when, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    ticket: str = repository.tk("new", "Old", env=clock).stdout.split()[0]
    assert repository.tk("wait", ticket, "--on", "reporter", env=clock).stdout == f"{ticket} waits for reporter\n"
    return ticket


@pytest.fixture
def one(repository: Repository) -> Repository:
    repository.tk.write("pr-1", "One")
    return put(repository, config=CONFIG, people=PEOPLE)


def test_a_rule_on_time_fires_once_and_leaves_its_mark(one: Repository) -> None:
    put(one, rules=ESCALATE)
    done = one.tk("tick", "--json")
    assert done.code == 0, done.stderr
    row = json.loads(done.stdout)["rows"][0]
    assert (row["ticket"], row["why"]) == ("pr-1", "escalate: age>3d -tag:escalated")
    text = one.tk.text("pr-1")
    for line in ("priority: 1\n", "assignee: team:leads\n", "tags: [escalated]\n", 'fired: ["escalate@2026-03-01"]\n'):
        assert line in text
    message = one.git("log", "-1", "--format=%B")
    assert message.startswith("tk: tick, 1 ticket\n\n- rule escalate: pr-1 priority, assignee, tags")
    assert "Tk-Notify: team:leads about pr-1 by escalate" in message
    head = one.git("rev-parse", "HEAD")
    assert one.tk("tick").stdout == "Nothing is due.\n"
    assert ticked(one, "2026-03-09").rows == []
    assert one.git("rev-parse", "HEAD") == head


def test_a_dry_run_shows_the_same_and_changes_nothing(one: Repository) -> None:
    put(one, rules=ESCALATE, recurring=BACKUPS)
    head = one.git("rev-parse", "HEAD")
    shown = one.tk("tick", "--dry-run")
    assert (one.git("rev-parse", "HEAD"), one.git("status", "--porcelain")) == (head, "")
    assert shown.stdout.replace("would do", "did") == one.tk("tick").stdout


def test_a_mark_goes_when_the_query_no_longer_matches_and_the_rule_can_fire_again(one: Repository) -> None:
    put(one, rules="- {name: hot, on: time, if: tag:hot, do: [{comment: Hot.}]}\n")
    for step, (word, count, marks) in enumerate((("tags+=hot", 1, True), ("tags=", 1, False), ("tags+=hot", 2, True))):
        one.tk("set", "pr-1", word)
        ticked(one, f"2026-03-0{step + 1}")
        assert one.tk.text("pr-1").count("\nHot.\n") == count
        assert (one.tk.field("pr-1", "fired") is not None) is marks


def test_a_rule_fires_again_where_somebody_took_back_what_it_did(one: Repository) -> None:
    put(one, rules=ESCALATE)
    ticked(one)
    one.tk("set", "pr-1", "tags=", "priority=3")
    assert names(ticked(one, "2026-03-02")) == [("rules", "escalate")]
    assert one.tk.field("pr-1", "priority") == "2"
    assert one.tk.field("pr-1", "fired") == '["escalate@2026-03-02"]'


@pytest.mark.parametrize(("repeat", "days"), [("never", [1]), ("7d", [1, 8, 15])])
def test_a_rule_repeats_as_it_says(one: Repository, repeat: str, days: list[int]) -> None:
    put(one, rules=f"- {{name: nag, on: time, repeat: {repeat}, do: [{{comment: Nag.}}]}}\n")
    assert [day for day in range(1, 17) if ticked(one, f"2026-03-{day:02}").rows] == days


def test_closed_tickets_are_left_alone_unless_the_query_asks_for_a_status(one: Repository) -> None:
    one.tk.write("pr-2", status="closed")
    put(one, rules="- {name: a, on: time, do: [{tag: a}]}\n- {name: c, on: time, if: is:closed, do: [{tag: c}]}\n")
    ticked(one)
    assert [one.tk.field(ticket, "tags") for ticket in ("pr-1", "pr-2")] == ["[a]", "[c]"]


def test_a_stale_ticket_is_closed_with_a_comment(one: Repository) -> None:
    put(one, rules=STALE)
    ticket = waiting_since(one, "2026-02-01T10:00:00Z")
    assert ticked(one, "2026-02-14").rows == []
    ticked(one, "2026-02-16")
    assert one.tk.field(ticket, "resolution") == "stale"
    assert f"**2026-02-16T00:00:00Z** · rule:stale\n\nClosing {ticket}.\n" in one.tk.text(ticket)


def test_a_reminder_and_the_end_after_it_are_not_of_one_tick(one: Repository) -> None:
    rules = """\
- {name: remind, on: time, if: "in-class:waiting updated<-7d -tag:reminded", do: [{tag: reminded}, {comment: "Well?"}]}
- {name: close, on: time, if: "in-class:waiting updated<-7d tag:reminded", do: [{status: closed, resolution: stale}]}
"""
    put(one, rules=rules)
    ticket = waiting_since(one, "2026-02-01T10:00:00Z")
    assert names(ticked(one, "2026-02-16")) == [("rules", "remind")]
    assert one.tk.field(ticket, "status") == "waiting"


def test_what_rules_on_time_change_fires_the_others_in_the_same_tick(one: Repository) -> None:
    rules = "- {name: b, on: time, if: tag:a, do: [{tag: b}]}\n- {name: a, on: time, do: [{tag: a}]}\n"
    put(one, rules=rules + "- {name: c, on: {changed: tags}, if: tag:b, do: [{tag: c}]}\n")
    ticked(one)
    assert one.tk.field("pr-1", "tags") == "[a, b, c]"
    assert ticked(one).rows == []


def test_what_one_ticket_refuses_does_not_stop_the_others(one: Repository) -> None:
    one.tk.write("pr-2", "Two")
    put(
        one,
        config=CONFIG + "types: {task: {required_to_close: [component]}}\n",
        rules="- {name: end, on: time, do: [{status: closed}]}\n",
    )
    one.tk("set", "pr-2", "component=core", "--no-rules")
    done = one.tk("tick")
    assert done.code == 1
    assert "refused: .tickets/rules.yml:1: the rule end cannot fire for pr-1: ticket 'pr-1' of type task" in done.stderr
    assert [one.tk.field(ticket, "status") for ticket in ("pr-1", "pr-2")] == ["open", "closed"]


def test_a_recurring_ticket_is_made_once_for_each_occurrence(one: Repository) -> None:
    put(one, recurring=BACKUPS)
    assert [row.done for row in ticked(one, "2026-02-20").rows] == ["created for 2026-02-09", "created for 2026-02-16"]
    assert ticked(one, "2026-02-20").rows == []
    row = ticked(one, "2026-02-23").rows[0]
    text = one.tk.text(row.ticket)
    assert "external-ref: recurring:backups:2026-02-23\n" in text.replace('"', "")
    assert "# Check of 2026-02-23\n" in text
    assert "tags: [ops]\n" in text


RECURRING = {
    "a: {rrule: FREQ=SECONDLY, start: 2026-01-01, title: x}": "more than one occurrence a day",
    "a: {rrule: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30, start: 2026-01-01, title: x}": "no day within 12 years",
    "a: {rrule: FREQ=DAILY, start: soon, title: x}": "'soon' is no date",
    "a: {rrule: FREQ=DAILY, start: 2026-01-01}": "needs title",
    "a: {rrule: FREQ=DAILY, start: 2026-01-01, title: '{day}'}": "unknown placeholder 'day'",
    "a: {rrule: FREQ=DAILY, start: 2026-01-01, title: x, type: choer}": "unknown type 'choer'. Did you mean 'chore'?",
    "a: {rrule: FREQ=DAILY, start: 2026-01-01, title: x, every: 1d}": "unknown key 'every'",
}


@pytest.mark.parametrize("text", RECURRING)
def test_a_bad_recurring_ticket_is_named_with_its_line(one: Repository, text: str) -> None:
    put(one, recurring=f"# tickets\n{text}\n")
    with pytest.raises(ConfigError) as error:
        opened(one).require_settings()
    assert str(error.value).startswith(".tickets/recurring.yml:2: ")
    assert RECURRING[text] in str(error.value)


def test_too_many_occurrences_at_once_are_a_message(one: Repository) -> None:
    put(one, recurring="a: {rrule: FREQ=DAILY, start: 2020-01-01, title: x}\n")
    with pytest.raises(RefusedError, match=r"recurring\.yml:1: the recurring ticket a: more than 366 tickets are due"):
        ticked(one)


def test_waiting_ends_on_its_day_or_when_the_other_ticket_is_closed(one: Repository) -> None:
    one.tk.write("pr-2", "Two")
    one.tk.write("pr-3", "Three")
    one.commit_all()
    assert one.tk("snooze", "pr-1", "2026-03-05").stdout == "pr-1 sleeps until 2026-03-05\n"
    wait(opened(one), "wait", ["pr-2"], on="pr-3", until="")
    assert [one.tk.field(ticket, "status") for ticket in ("pr-1", "pr-2")] == ["waiting", "waiting"]
    assert ticked(one, "2026-03-04").rows == []
    one.tk("close", "pr-3")
    assert [(row.ticket, row.why) for row in ticked(one, "2026-03-04").rows] == [("pr-2", "pr-3 is closed")]
    assert [(row.ticket, row.why) for row in ticked(one, "2026-03-05").rows] == [("pr-1", "wake 2026-03-05")]
    assert [one.tk.field("pr-1", key) for key in ("status", "wake", "waiting_on")] == ["open", None, None]


def test_waiting_takes_the_waiting_status_of_the_pipeline_and_holds_its_guards(one: Repository) -> None:
    statuses = "{open: open, waiting: waiting, parked: {class: waiting, guards: {require: [component]}}, closed: done}"
    pipeline = "{calm: {types: [task], statuses: {open: [parked, closed], parked: [open], closed: [open]}}}"
    put(one, config=f"statuses: {statuses}\npipelines: {pipeline}\n")
    refused = one.tk("snooze", "pr-1", "2026-03-05")
    assert (refused.code, "cannot become parked yet" in refused.stderr) == (3, True)
    assert one.tk("set", "pr-1", "component=x").code == 0
    assert one.tk("snooze", "pr-1", "2026-03-05").code == 0
    assert one.tk.field("pr-1", "status") == "parked"


def test_waiting_without_a_waiting_status_says_that_the_clocks_run_on(one: Repository) -> None:
    put(one, config="statuses: {open: open, closed: done}\n")
    assert one.tk("wait", "pr-1", "--on", "reporter").stderr == ""
    put(one, sla="- {name: all, targets: {resolution: 2d}}\n")
    warned = one.tk("wait", "pr-1", "--on", "ada")
    assert (warned.code, "pr-1 stays open, so its clocks run on" in warned.stderr) == (0, True)


def test_waiting_for_nobody_for_itself_and_in_the_past_is_refused(one: Repository) -> None:
    project = opened(one)
    for on, until, error in (("Eve", "", RefusedError), ("pr-1", "", RefusedError), ("ada", "2026-02-01", UsageError)):
        with pytest.raises(error):
            wait(project, "wait", ["pr-1"], on=on, until=until)
    one.tk("close", "pr-1")
    assert one.tk("snooze", "pr-1", "friday").code == 3


def test_only_some_parts_and_the_archive_on_demand(one: Repository) -> None:
    one.tk.write("pr-2", status="closed", more="closed: 2025-01-01T00:00:00Z\n")
    put(one, rules=ESCALATE, recurring=BACKUPS)
    assert {part for part, _ in names(ticked(one, "2026-03-01", "recurring"))} == {"recurring"}
    assert names(ticked(one, "2026-03-01", "archive")) == [("archive", "closed before 2025-12-01")]
    assert (one.tk.store / "archive" / "2025" / "pr-2.md").exists()
    done = one.tk("tick", "--only", "ruels")
    assert (done.code, "Did you mean 'rules'?" in done.stderr) == (2, True)


@pytest.mark.parametrize("comments", ["body", "files"])
def test_two_clones_tick_at_once_and_each_effect_is_there_once(repository: Repository, comments: str) -> None:
    rules = (
        ESCALATE
        + "- name: more\n  on: time\n  if: type:task\n"
        + "  do: [{comment: Look.}, {create: {title: 'About {id}', type: chore}}]\n"
    )
    (repository.tk.store / "README.md").write_text("Tickets\n")
    config = CONFIG + f"format.comments: {comments}\nprefix: pt\n"
    put(repository, config=config, people=PEOPLE, rules=rules, recurring=BACKUPS)
    clones = make_clones(repository)
    for clone, moment in ((clones.ada, "2026-03-01T12:00:00Z"), (clones.bo, "2026-03-01T12:00:07Z")):
        assert clone.tk("tick", env={"TK_NOW": moment}).code == 0
    for clone in (clones.ada, clones.bo, clones.ada):
        done = clone.tk("sync")
        assert done.code == 0, done.stdout + done.stderr
    assert clones.ada.git("rev-parse", "HEAD^{tree}") == clones.bo.git("rev-parse", "HEAD^{tree}")
    for clone in (clones.ada, clones.bo):
        texts = {path.stem: path.read_text() for path in clone.tk.store.glob("*.md")}
        assert len([name for name in texts if "About" in texts[name]]) == 2
        assert len([name for name in texts if "Check of" in texts[name]]) == 3
        everything = "".join(path.read_text() for path in clone.tk.store.rglob("*.md"))
        assert everything.count("\nLook.\n") == 2
        assert texts["pt-1"].count("priority: 1\n") == 1
        assert "conflicts" not in everything
        assert clone.tk("tick", env={"TK_NOW": "2026-03-01T13:00:00Z"}).stdout == "Nothing is due.\n"


def test_clones_in_folders_of_other_names_make_the_same_tickets_where_no_prefix_is_set(repository: Repository) -> None:
    put(repository, config=CONFIG, recurring=BACKUPS)
    clones = make_clones(repository)
    clones.ada.git("rm", "-q", ".tickets/*.md")
    clones.ada.git("commit", "-qm", "no tickets")
    clones.ada.git("push", "-q")
    clones.bo.git("pull", "-q")
    made = []
    for clone in (clones.ada, clones.bo):
        assert clone.tk("tick", env={"TK_NOW": "2026-03-01T12:00:00Z"}).code == 0
        made.append(sorted(path.name for path in clone.tk.store.glob("*.md")))
        assert clone.tk("sync").code == 0
    assert clones.ada.folder.name != clones.bo.folder.name
    assert made[0] == made[1]
    assert len(made[0]) == 3


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ('[remote "origin"]\n\turl = git@example.org:team/desk.git\n\tfetch = x\n', "desk"),
        ('[core]\n\tbare = false\n[remote "origin"]\n\tfetch = x\n\turl = "https://example.org/desk/"\n', "desk"),
        ('[remote "origin"]\n\turl = C:\\\\git\\\\desk\n[branch "a"]\n', "desk"),
        ('[remote "origin"]\n\turl = https://ann:s3cret@example.org/desk.git?token=s3cret#s3cret ; why\n', "desk"),
        ('[remote "origin"]\n\turl = https://ann:s3cret@example.org/\n', ""),
        ('[remote "origin"]\n\turl = ssh://s3cret@example.org\n', ""),
        ('[Remote "origin"] # a note\n\t;url = a\n\tpushurl = b\n\tURL = /home/bo/desk/.git/\n', "desk"),
        ('[remote "origin"]\n\tfetch = x\n[core]\n\turl = a\n[remote "origin"]\n\turl = ../desk\n', "desk"),
        ('[remote "origin"]\n\turl = ..\n', ""),
        ('[remote "other"]\n\turl = /srv/desk.git\n', ""),
        ('[remote "origin"]\n[remote "other"]\n\turl = /srv/desk.git\n', ""),
        ("", ""),
    ],
)
def test_the_name_of_a_repository_is_that_of_its_origin(tmp_path: Path, settings: str, name: str) -> None:
    (tmp_path / "config").write_text(settings, "utf-8")
    assert origin_name(str(tmp_path)) == name
    assert origin_name(str(tmp_path / "nowhere")) == ""


def test_a_store_without_rules_ticks_without_a_lock_or_a_commit(one: Repository) -> None:
    assert ticked(one).outcome is None
    assert Standing.__name__ == "Standing"


def test_a_raised_priority_that_misses_the_stricter_target_at_once_escalates_once_in_the_same_tick(
    one: Repository,
) -> None:
    """The elapsed time stays, so the new target was missed when so much of it had passed: that is no second clock."""

    def at(when: str, *words: str) -> Result:
        return one.tk(*words, env={"TK_NOW": when, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when})

    ticket = at("2026-02-26T00:00:00Z", "new", "Slow", "-p", "high").stdout.strip()
    put(
        one,
        sla="- {name: all, if: 'priority<=1', targets: {resolution: {critical: 1d, default: 4d}}}\n",
        rules="- {name: hurry, on: time, if: sla:warning, do: [{set: {priority: +1}}]}\n"
        "- {name: late, on: time, if: sla:breached, do: [{tag: late}]}\n",
    )
    assert at("2026-02-28T12:00:00Z", "tick").stdout == "Nothing is due.\n"
    done = json.loads(at(NOW, "tick", "--json").stdout)["rows"]
    why = ["hurry: sla:warning", "late: sla:breached", "hurry: sla:warning no longer holds"]
    assert [(row["ticket"], row["why"]) for row in done] == [(ticket, one) for one in why]
    shown = json.loads(at(NOW, "sla", "--json").stdout)["rows"]
    found = [(row["state"], row["target"], row["elapsed"], row["due"]) for row in shown]
    assert found == [("breached", 86_400, 3.5 * 86_400, "2026-02-27 00:00 UTC")]
    assert "priority: 0" in one.git("show", f"HEAD:.tickets/{ticket}.md")
    assert at("2026-03-01T12:01:00Z", "tick").stdout == "Nothing is due.\n"
