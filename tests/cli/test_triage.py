"""`tk triage`: proposals, setting them, the walk on a terminal, bad settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from built_once import built_once
from terminal import on_terminal

if TYPE_CHECKING:
    from builders import Repository

CONFIG = """\
triage:
  rules:
    - {words: [crash, "out of memory"], type: bug, impact: high}
    - {paths: [src/net/], component: network, tags: [net]}
    - {if: has:customer, urgency: high}
  matrix:
    high: {high: critical, low: medium}
    low: {high: high, low: low}
  customers: {acme: high}
"""


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    tk = repository.tk
    (tk.store / "config.yml").write_text(CONFIG)
    for number in range(5):
        tk.write(
            f"o-{number}",
            f"Parser fails on unicode input {number}",
            status="closed",
            priority="1",
            more="component: parser\nassignee: bo\ntags: [unicode]\n",
        )
    tk.write("d-1", "Unicode input fails in the parser")
    tk.write("d-2", "It will crash", more="customer: Acme\n", body="At src/net/socket.c line 4.\n")
    tk.write("d-3", "Unicode input fails", priority="4", more="component: other\nassignee: cy\ntags: [unicode]\n")
    repository.commit_all()
    return repository


def proposed(repository: Repository, *words: str) -> dict[str, dict[str, Any]]:
    done = repository.tk("triage", *words, "--json")
    assert done.code == 0, done.stderr
    found = json.loads(done.stdout)["triaged"]
    return {each["ticket"]: {one["field"]: one["value"] for one in each["proposals"]} for each in found}


def test_similar_closed_tickets_and_rules_propose_and_nothing_is_written(desk: Repository) -> None:
    found = proposed(desk, "d-1", "d-2", "d-3")
    assert found["d-1"] == {"component": "parser", "priority": "high", "assignee": "bo", "tags": "unicode"}
    assert found["d-2"] == {"type": "bug", "component": "network", "priority": "critical", "tags": "net"}
    assert found["d-3"] == {}
    assert desk.git("status", "--porcelain") == ""


def test_the_reasons_are_shown_and_what_stays(desk: Repository) -> None:
    text = desk.tk("triage", "d-2", "d-3", "--explain").stdout
    assert "rule 1 (.tickets/config.yml:3): the word 'crash'" in text
    assert "rule 2 (.tickets/config.yml:4): the path src/net/socket.c" in text
    assert "impact high by rule 1" in text or "impact high by the customer Acme" in text
    assert "component is other, which stays" in text


def test_what_is_proposed_is_set_in_one_commit(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    done = desk.tk("triage", "d-1", "d-2", "--apply")
    assert done.code == 0
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    assert desk.tk.field("d-1", "priority") == "1"
    assert desk.tk.field("d-2", "component") == "network"
    assert desk.tk.field("d-2", "tags") == "[net]"
    assert "nothing to propose" in desk.tk("triage", "d-2", "--apply").stdout
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"


def test_a_default_that_a_person_chose_stays(desk: Repository) -> None:
    desk.tk("set", "d-1", "priority=0")
    desk.tk("set", "d-1", "priority=2")
    assert "priority" not in proposed(desk, "d-1")["d-1"]


def test_routes_propose_who_gets_the_ticket_as_proposed(desk: Repository) -> None:
    (desk.tk.store / "people.yml").write_text("ada: {teams: [core], skills: [parser]}\nbo: {teams: [core]}\n")
    (desk.tk.store / "routes.yml").write_text("- {if: component:parser, team: core, by: skill}\n")
    assert proposed(desk, "d-1")["d-1"]["assignee"] == "ada"
    assert desk.tk.field("d-1", "assignee") is None


def test_a_likely_duplicate_is_proposed_and_never_set(desk: Repository) -> None:
    desk.tk.write("d-4", "Parser fails on unicode input 3")
    found = proposed(desk, "d-4", "--apply")
    assert found["d-4"]["duplicate-of"] == "o-3"
    assert desk.tk.field("d-4", "duplicate-of") is None


def test_one_key_is_an_answer(desk: Repository) -> None:
    before = desk.git("rev-parse", "HEAD")
    shown = on_terminal(desk.tk, "triage", keys="yq")
    assert "1 of 2" in shown.text
    assert "Updated d-1: component, priority, assignee, tags" in shown.text
    assert "1 left" in shown.text
    assert desk.git("rev-list", "--count", f"{before}..HEAD") == "1"
    shown = on_terminal(desk.tk, "triage", keys="2n")
    assert "Updated d-2: component" in shown.text
    assert desk.tk.field("d-2", "type") == "task"
    assert "No ticket waits for triage." in on_terminal(desk.tk, "triage").text


def test_without_a_terminal_a_ticket_must_be_named(desk: Repository) -> None:
    assert desk.tk("triage").code == 2
    assert desk.tk("triage", "zz").code == 3


BAD = {
    "triage: {rules: [{words: [x], type: bgu}]}": "unknown type 'bgu'. Did you mean 'bug'?",
    "triage: {rules: [{words: [x], priority: hihg}]}": "unknown priority 'hihg'. Did you mean 'high'?",
    "triage: {rules: [{words: [x], priority: 7}]}": "unknown priority '7'",
    "triage: {rules: [{words: [x], impact: high}]}": "unknown impact 'high'",
    "triage: {rules: [{type: bug}]}": "needs one of: words, paths, if",
    "triage: {rules: [{words: [x]}]}": "proposes a field",
    "triage: {rules: [{words: [x], tpye: bug}]}": "unknown key 'tpye'. Did you mean 'type'?",
    "triage: {rules: bug}": "must be a list",
    'triage: {rules: [{if: "type:(", type: bug}]}': "the query cannot be read",
    "triage: {matrix: {high: {high: critcal}}}": "Did you mean 'critical'?",
    "triage: {matrix: {high: {high: critical}, low: {low: low}}}": "has other urgencies",
    "triage: {reports: {many: high}}": "is no number of reports",
    "triage: {matrix: {high: {high: critical}}, customers: {acme: hgih}}": "Did you mean 'high'?",
    "people: [ada]\ntriage: {rules: [{words: [x], assignee: adda}]}": "unknown assignee 'adda'. Did you mean 'ada'?",
}


@pytest.mark.parametrize(("text", "message"), BAD.items())
def test_a_bad_setting_is_named_with_its_line(desk: Repository, text: str, message: str) -> None:
    (desk.tk.store / "config.yml").write_text(f"# settings\n{text}\n")
    done = desk.tk("triage", "d-1", "--apply")
    assert done.code == 4
    assert ".tickets/config.yml:" in done.stderr
    assert message in done.stderr


def test_a_query_of_an_unknown_field_is_named_with_its_line(desk: Repository) -> None:
    (desk.tk.store / "config.yml").write_text("triage: {rules: [{if: flavor:x, type: bug}]}\n")
    done = desk.tk("triage", "d-1")
    assert (done.code, ".tickets/config.yml:1: rule 1 of triage: " in done.stderr) == (4, True)
