"""Guards, approvals and pipelines: their settings, and what they ask for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from plaintickets.core.config import DEFAULT, Config
from plaintickets.core.configcheck import build
from plaintickets.core.configjson import pack, unpack
from plaintickets.core.pipelines import first_status, pipeline_named, statuses_of
from plaintickets.core.servicedesk.approvals import Approval, Approvals, Maker, counted, judged
from plaintickets.core.servicedesk.guard_settings import contradictions
from plaintickets.core.servicedesk.guards import NOTHING, Facts, demand_at, unmet
from plaintickets.core.servicedesk.identities import Identity, is_person, person_of
from plaintickets.core.ticket import Ticket
from plaintickets.core.workflow import TransitionError, move
from plaintickets.store.settings_files import read_yaml

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = """\
ada: {name: Ada Lovelace, mail: ada@example.org, teams: [leads]}
bo: {mail: bo@example.org, teams: [leads]}
cy: {name: Cy Twombly}
"""
STATUSES = """\
statuses:
  open: open
  review: active
  closed: {class: done, guards: {GUARDS}}
"""
FLOW = """\
statuses: {open: open, review: active, held: waiting, closed: done}
pipelines:
  incidents:
    types: [incident]
    queues: [ops]
    statuses:
      open: [review]
      review: {transitions: [closed], guards: {require: [assignee]}}
      closed: []
"""


def read(text: str, people: str = PEOPLE) -> tuple[Config, list[str]]:
    config, problems = DEFAULT, []
    for path, content, key in (("config.yml", text, ""), ("people.yml", people, "people")):
        tree, positions = read_yaml(content.encode(), path, key=key)
        config, found = build(tree, positions, path, base=config)
        problems += found
    return config, [str(one) for one in [*problems, *contradictions(config)]]


def guarded(guards: str) -> Config:
    config, problems = read(STATUSES.replace("GUARDS", guards))
    assert problems == []
    return config


def ticket(**keys: str) -> Ticket:
    return Ticket("pt-1", "pt-1.md", {"id": "pt-1", "status": "open", **keys}, "A title")


@pytest.mark.parametrize(
    ("guards", "message"),
    [
        ("requires: [assignee]", "config.yml:4: unknown guard 'requires'. Did you mean 'require'?"),
        ("require: [asignee]", "config.yml:4: unknown field 'asignee'. Did you mean 'assignee'?"),
        ("require: [Assignee]", "config.yml:4: unknown field 'Assignee'"),
        ("require: {field: [assignee]}", "config.yml:4: unknown key 'field'. Did you mean 'fields'?"),
        ("checklist: done", "config.yml:4: statuses.closed.guards.checklist cannot be 'done'"),
        ("approvals: 0", "config.yml:4: count must be a whole number from 1 to 20, not '0'"),
        ("approvals: {cuont: 2}", "config.yml:4: unknown key 'cuont'. Did you mean 'count'?"),
        ("approvals: {from: 'team:lead'}", "config.yml:4: unknown team 'lead'. Did you mean 'leads'?"),
        ("approvals: {from: dora}", "config.yml:4: unknown person 'dora'"),
        ("approvals: {from: assignee}", "config.yml:4: `from` names teams and people, not assignee"),
        ("approvals: {count: 3, from: 'team:leads'}", "config.yml:4: 3 approvals are needed, but only 2 may approve"),
        ("approvals: {count: 2, from: 'team:leads', not: [bo]}", "only 1 may approve: ada"),
        ("approvals: 4", "config.yml:4: 4 approvals are needed, but only 3 may approve"),
    ],
)
def test_a_guard_with_an_unknown_name_or_that_nobody_can_meet_is_an_error_with_its_line(
    guards: str, message: str
) -> None:
    _, problems = read(STATUSES.replace("GUARDS", guards))
    assert len(problems) == 1
    assert message in problems[0]


def test_a_guard_of_an_open_status_that_asks_for_what_only_a_closed_ticket_has_is_an_error() -> None:
    text = STATUSES.replace("review: active", "review: {class: active, guards: {require: [resolution]}}")
    _, problems = read(text.replace("GUARDS", ""))
    assert len(problems) == 1
    assert "config.yml:3: only a closed ticket has resolution" in problems[0]


def test_approvals_for_the_status_in_which_tickets_begin_are_an_error() -> None:
    text = STATUSES.replace("open: open", "open: {class: open, guards: {approvals: 1}}").replace("GUARDS", "")
    _, problems = read(text)
    assert len(problems) == 1
    assert "config.yml:2: a new ticket begins in open and has no approvals" in problems[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[incident]", "[incidnt]", "config.yml:4: unknown type 'incidnt'. Did you mean 'incident'?"),
        ("open: [review]", "open: [reviw]", "config.yml:7: unknown status 'reviw'. Did you mean 'review'?"),
        ("      closed: []", "      clsed: []\n      closed: []", "config.yml:9: unknown status 'clsed'"),
        ("transitions: [closed]", "transitions: [open]", "no way leads from open to a closed status"),
        ("      open: [review]\n", "", "no status of the pipeline incidents is of the class open"),
        ("guards:", "guard:", "config.yml:8: unknown key 'guard'. Did you mean 'guards'?"),
        ("[ops]", "[op]", "config.yml:3: unknown queue 'op'"),
    ],
)
def test_an_error_in_a_pipeline_has_its_line(old: str, new: str, message: str) -> None:
    text = FLOW.replace("[ops]", "[]") if old != "[ops]" else FLOW
    _, problems = read(text.replace(old, new))
    assert any(message in problem for problem in problems), problems


def test_guards_forms_and_pipelines_survive_the_cache() -> None:
    text = FLOW.replace("[ops]", "[]") + "types: {incident: {required_at: {closed: [component, Root cause]}}}\n"
    config, problems = read(text)
    assert problems == []
    assert unpack(json.loads(json.dumps(pack(config)))) == config


def test_a_pipeline_has_its_own_transitions_and_the_queue_goes_before_the_type() -> None:
    config, _ = read(FLOW + "queues: {ops: {}}\n")
    assert pipeline_named("incident", "", config) == "incidents"
    assert pipeline_named("task", "ops", config) == "incidents"
    assert pipeline_named("task", "", config) == ""
    assert [status.name for status in statuses_of("incidents", config)] == ["open", "review", "closed"]
    assert first_status("waiting", "incidents", config) == "held"
    with pytest.raises(TransitionError, match="in the pipeline incidents; allowed: review"):
        move(ticket(type="incident"), "closed", config, now=NOW)
    assert move(ticket(type="task"), "closed", config, now=NOW)


def test_what_a_status_asks_for_comes_from_the_type_the_status_and_the_pipeline() -> None:
    text = FLOW.replace("review: active", "review: {class: active, guards: {deps: closed, require: [due]}}")
    text = text.replace("[ops]", "[]") + "types: {task: , incident: {required_at: {review: [component, Root cause]}}}\n"
    config, problems = read(text)
    assert problems == []
    demand = demand_at("review", ticket(type="incident"), config)
    assert (demand.fields, demand.sections, demand.deps) == (("component", "due", "assignee"), ("Root cause",), True)
    assert demand_at("review", ticket(type="task"), config).fields == ("due",)
    assert demand_at("closed", ticket(type="incident"), config) == NOTHING


def facts(**given: object) -> Facts:
    values = {"headings": frozenset(), "unticked": [], "is_commented": False, "open_children": [], "open_deps": []}
    return Facts(**{**values, "approvals": lambda: Approvals([], None), **given})  # type: ignore[arg-type]


def test_each_guard_that_is_not_met_is_named_with_the_command_that_mends_it() -> None:
    config = guarded(
        "require: [component, '## Why', comment], checklist: complete, children: closed, deps: closed, approvals: 2"
    )
    demand = demand_at("closed", ticket(), config)
    rows = unmet(
        ticket(), "closed", demand, facts(unticked=["test"], open_children=["pt-2"], open_deps=["pt-3"]), config
    )
    assert [(one.what, one.command) for one in rows] == [
        ("field missing: component", "tk set pt-1 component=…"),
        ("no text below a heading 'Why'", "tk edit pt-1"),
        ("no comment with the change", "tk status pt-1 closed -m …"),
        ("not ticked in its checklist: test", "tk edit pt-1"),
        ("open children: pt-2", "tk close pt-2"),
        ("open dependencies: pt-3", "tk close pt-3"),
        ("0 of 2 approvals", "tk approve pt-1"),
    ]
    done = [Approval(f"{name}@2026-01-01", "approvals", name, "2026-01-01") for name in ("ada", "bo")]
    met = facts(headings={"why"}, is_commented=True, approvals=lambda: Approvals(done, None))
    assert unmet(ticket(component="x"), "closed", demand, met, config) == []


def approved(*names: str, rejected: str = "") -> Approvals:
    found = [Approval(f"{name}@2026-01-01", "approvals", name, "2026-01-01") for name in names]
    if rejected:
        found.append(Approval(f"{rejected}@2026-01-02", "rejections", rejected, "2026-01-02"))
    return Approvals(found, Identity("Cy Twombly", "cy@else.where"))


def test_only_approvals_of_different_people_who_may_approve_count() -> None:
    config = guarded("approvals: {count: 1, from: 'team:leads', not: [assignee, reporter]}")
    guard = config.statuses[-1].guards["approvals"]
    assert counted(guard, ticket(assignee="Ada Lovelace"), approved("ada"), config).approved == []
    assert counted(guard, ticket(reporter="bo@example.org"), approved("bo"), config).approved == []
    assert counted(guard, ticket(), approved("cy"), config).approved == []
    assert counted(guard, ticket(assignee="ada"), approved("bo", "bo"), config).is_met
    assert counted(guard, ticket(assignee="ada"), approved(), config).others == ["bo"]
    assert not counted(guard, ticket(), approved("bo", rejected="ada"), config).is_met
    assert counted(guard, ticket(), approved("bo", rejected="cy"), config).is_met


def test_without_a_reporter_it_is_the_person_who_created_the_ticket() -> None:
    config = guarded("approvals: {count: 1, not: [reporter]}")
    guard = config.statuses[-1].guards["approvals"]
    assert counted(guard, ticket(), approved("cy"), config).approved == []
    assert counted(guard, ticket(reporter="bo"), approved("cy"), config).approved == ["cy"]


ADA, BO = Identity("Ada Lovelace", "ada@example.org"), Identity("Bo", "bo@example.org")


@pytest.mark.parametrize(
    ("maker", "settings", "reason"),
    [
        (Maker("c" * 40, ADA, ADA), "", ""),
        (Maker("c" * 40, BO, BO), "", "'bo' added it in cccccccccc"),
        (Maker("c" * 40, ADA, BO), "", "'bo' committed it in cccccccccc"),
        (Maker("c" * 40, ADA, BO), "approvals.committers: [bo@example.org]", ""),
        (Maker("c" * 40, Identity("Ada Lovelace", "ada@evil.org"), ADA), "", "'Ada Lovelace <ada@evil.org>' added it"),
        (Maker("c" * 40, ADA, ADA), "approvals.signed: true", "it is not signed"),
        (Maker("c" * 40, ADA, ADA, "B", "ada@example.org"), "approvals.signed: true", "its signature is bad"),
        (Maker("c" * 40, ADA, ADA, "G", "bo@example.org"), "approvals.signed: true", "'bo@example.org' signed it"),
        (Maker("c" * 40, ADA, ADA, "G", "A <ada@example.org>"), "approvals.signed: true", ""),
    ],
)
def test_an_approval_is_valid_if_its_person_made_the_commit(maker: Maker, settings: str, reason: str) -> None:
    config, problems = read(settings)
    assert problems == []
    found = judged("ada@2026-01-01", "approvals", maker, [], config)
    assert found.reason.startswith(reason) if reason else found.is_valid
    assert found.is_forged == bool(reason)


def test_an_approval_that_is_nobodys_or_malformed_or_ended_says_so() -> None:
    config, _ = read("")
    mine = Maker("c" * 40, ADA, ADA)
    assert (
        judged("dora@2026-01-01", "approvals", mine, [], config).reason
        == "'dora' is not one of the people of this project"
    )
    assert judged("ada", "approvals", mine, [], config).reason == "it is not written as NAME@2026-11-25"
    assert judged("ada@2026-01-01", "approvals", None, [], config).reason == "no commit has it yet"
    ended = judged("ada@2026-01-01", "approvals", mine, ["the text"], config)
    assert (ended.reason, ended.is_forged) == ("the text changed afterwards", False)


def test_a_person_is_known_by_the_mail_address_and_only_without_one_by_name() -> None:
    config, _ = read("")
    assert person_of(Identity("anything", "ADA@example.org"), config) == "ada"
    assert person_of(Identity("Ada Lovelace", "other@example.org"), config) == ""
    assert person_of(Identity("cy twombly", ""), config) == "cy"
    assert is_person("Cy Twombly", Identity("cy", "x@y"), config)
    assert is_person("Ada", Identity("Ada", "x@y"), DEFAULT)
    assert not is_person("Ada", Identity("Bo", "x@y"), DEFAULT)
