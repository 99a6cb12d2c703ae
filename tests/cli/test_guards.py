"""Guards in real repositories: every command that changes a status holds them, and `tk check` finds the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from terminal import editor, on_terminal

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Result

CONFIG = """\
prefix: pt
fields:
  severity: {type: enum, values: [low, high], description: How bad it is}
types:
  task:
  incident: {required: [severity], required_at: {open: [component], review: ["## Impact"]}}
statuses:
  open: open
  review: active
  closed:
    class: done
    guards: {require: [milestone], checklist: complete, children: closed}
"""
WAYS = {
    "close": ["close", "pt-1"],
    "status": ["status", "pt-1", "closed"],
    "set": ["set", "pt-1", "status=closed"],
    "update": ["update", "pt-1", "--status=closed"],
    "commit": ["commit", "pt-1"],
    "apply-trailers": ["apply-trailers", "HEAD^..HEAD"],
}
FORCED = ("close", "status", "set", "commit")


@pytest.fixture
@built_once
def desk(repository: Repository) -> Repository:
    (repository.tk.store / "config.yml").write_text(CONFIG, "utf-8")
    repository.tk.write("pt-1", "One", body="- [ ] a test\n")
    repository.tk.write("pt-2", "Two")
    repository.commit_all("settings")
    return repository


def status_of(desk: Repository, name: str, revision: str = "HEAD") -> str:
    found = re.search(r"^status: (\w+)$", desk.git("show", f"{revision}:.tickets/{name}.md"), re.MULTILINE)
    return found[1] if found else ""


def prepare(desk: Repository, way: str) -> None:
    if way == "commit":
        edit(desk, "pt-1", "status: open", "status: closed")
    if way == "apply-trailers":
        desk.git("commit", "--quiet", "--allow-empty", "-m", "done\n\nCloses: pt-1")


def edit(desk: Repository, name: str, old: str, new: str) -> None:
    path = desk.tk.store / f"{name}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("way", WAYS)
def test_a_command_that_changes_a_status_is_refused_with_what_is_missing(desk: Repository, way: str) -> None:
    prepare(desk, way)
    done = desk.tk(*WAYS[way])
    shown = done.stderr + done.stdout
    assert "field missing: milestone" in shown
    assert "not ticked in its checklist: a test" in shown
    assert status_of(desk, "pt-1") == "open"
    if way != "apply-trailers":
        assert done.code == 3
        assert "tk set pt-1 milestone=…" in shown


@pytest.mark.parametrize("way", FORCED)
def test_a_forced_change_tells_in_its_commit_what_was_missing(desk: Repository, way: str) -> None:
    prepare(desk, way)
    assert desk.tk(*WAYS[way], "--force").code == 0
    told = desk.git("log", "-1", "--format=%b")
    assert "- forced: pt-1 -> closed without its guards: field missing: milestone; " in told


def test_a_duplicate_is_closed_as_it_is_by_the_command_and_by_hand(desk: Repository) -> None:
    branch(desk)
    assert desk.tk("merge-into", "pt-1", "--into", "pt-2").code == 0
    assert "forced" not in desk.git("log", "-1", "--format=%B")
    assert desk.tk("check", "--base", "main").code == 0
    edit(desk, "pt-1", "duplicate-of: pt-2\n", "")
    desk.commit_all("no longer a duplicate")
    assert [code for code, *_ in findings(desk.tk("check", "--base", "main", "--json"))] == ["guard-not-met"]


def test_a_guard_is_met_by_what_the_same_command_does(desk: Repository) -> None:
    edit(desk, "pt-1", "[ ]", "[x]")
    desk.tk.write("pt-3", "Child", more="parent: pt-1\n")
    desk.commit_all()
    assert "open children: pt-3" in desk.tk("set", "pt-1", "status=closed", "milestone=1").stderr
    assert desk.tk("set", "pt-1", "pt-3", "status=closed", "milestone=1").code == 0


def test_the_editor_opens_again_or_keeps_the_text(desk: Repository) -> None:
    mine = editor(desk.folder, "sed -i 's/^status: open/status: closed/' \"$1\"")
    shown = on_terminal(desk.tk, "edit", "pt-1", env=mine)
    assert shown.code == 3
    assert "cannot become closed yet" in shown.text
    assert "your text is kept in" in shown.text


def test_a_status_without_guards_is_entered_as_ever_and_required_sections_are_asked_for(desk: Repository) -> None:
    desk.tk.write("pt-3", "Down", more="severity: low\ncomponent: x\n")
    edit(desk, "pt-3", "type: task", "type: incident")
    assert desk.tk("start", "pt-2").code == 0
    refused = desk.tk("start", "pt-3")
    assert (refused.code, "no text below a heading 'Impact'" in refused.stderr) == (3, True)
    edit(desk, "pt-3", "# Down\n", "# Down\n\n## Impact\n\nAll.\n")
    assert desk.tk("start", "pt-3").code == 0


def branch(desk: Repository) -> None:
    desk.git("switch", "--quiet", "-c", "work")


def findings(done: Result) -> list[tuple[str, str, int]]:
    return [(one["code"], one["ticket"], one["line"]) for one in json.loads(done.stdout)["findings"]]


def test_a_hand_edit_that_breaks_a_guard_is_found_on_its_branch_until_the_branch_mends_it(desk: Repository) -> None:
    branch(desk)
    edit(desk, "pt-1", "status: open", "status: closed")
    desk.commit_all("by hand")
    done = desk.tk("check", "--base", "main", "--json")
    assert done.code == 1
    assert findings(done) == [("guard-not-met", "pt-1", 3)]
    edit(desk, "pt-1", "status: closed", "status: closed\nmilestone: 1")
    edit(desk, "pt-1", "[ ]", "[x]")
    desk.commit_all("later")
    assert desk.tk("check", "--base", "main").code == 0
    assert desk.tk("check").code == 0


def test_staged_changes_are_held_to_the_guards_and_old_breaches_are_not_news(desk: Repository) -> None:
    edit(desk, "pt-1", "status: open", "status: closed")
    assert desk.tk("check", "--staged", "--json").code == 0
    desk.git("add", ".")
    assert findings(desk.tk("check", "--staged", "--json")) == [("guard-not-met", "pt-1", 3)]
    desk.commit_all("by hand")
    branch(desk)
    edit(desk, "pt-1", "# One", "# Won")
    desk.commit_all("another change")
    assert desk.tk("mv", "pt-1", "pt-x").code == 0
    assert desk.tk("check", "--base", "main").code == 0


def test_a_status_that_was_left_again_is_judged_by_what_the_ticket_had_then(desk: Repository) -> None:
    branch(desk)
    for old, new in (("open", "closed"), ("closed", "open")):
        edit(desk, "pt-1", f"status: {old}", f"status: {new}")
        desk.commit_all(new)
    edit(desk, "pt-1", "# One", "# Won")
    desk.commit_all()
    done = desk.tk("check", "--base", "main", "--json")
    assert findings(done) == [("guard-not-met", "pt-1", 3)]


def test_a_branch_cannot_loosen_the_guards_that_judge_it(desk: Repository) -> None:
    branch(desk)
    (desk.tk.store / "config.yml").write_text("prefix: pt\nstatuses: {open: open, review: active, closed: done}\n")
    edit(desk, "pt-1", "status: open", "status: closed")
    desk.tk.write("pt-9", "New and closed", status="closed")
    desk.commit_all()
    done = desk.tk("check", "--base", "main", "--json")
    assert [row[:2] for row in findings(done)] == [("guard-not-met", "pt-1"), ("guard-not-met", "pt-9")]


def test_a_pipeline_is_enforced_by_commands_and_by_check(desk: Repository) -> None:
    text = CONFIG + "pipelines: {calm: {types: [task], statuses: {open: [review], review: [closed], closed: []}}}\n"
    (desk.tk.store / "config.yml").write_text(text, "utf-8")
    desk.commit_all()
    refused = desk.tk("close", "pt-2")
    assert (refused.code, "in the pipeline calm; allowed: review" in refused.stderr) == (3, True)
    branch(desk)
    edit(desk, "pt-2", "status: open", "status: closed\nmilestone: 1")
    desk.commit_all()
    edit(desk, "pt-2", "type: task", "type: incident")
    desk.commit_all("the type cannot hide it")
    found = {row[0] for row in findings(desk.tk("check", "--base", "main", "--json"))}
    assert "transition-not-allowed" in found


def test_a_form_is_asked_for_on_a_terminal_and_an_error_elsewhere(desk: Repository) -> None:
    refused = desk.tk("new", "Down", "-t", "incident", "--set", "component=x")
    assert (refused.code, refused.stderr) == (
        3,
        "Error: a new ticket of type incident needs: severity\nHint: Add --set severity=…\n",
    )
    shown = on_terminal(desk.tk, "new", "Down", "-t", "incident", keys="worst\rhigh\rshop\r")
    assert shown.code == 0, shown.text
    assert "How bad it is: severity (low, high): " in shown.text
    assert "invalid severity 'worst'" in shown.text
    new = desk.git("show", "--format=", "--name-only", "HEAD").strip()
    text = (desk.folder / new).read_text("utf-8")
    assert "severity: high\n" in text
    assert "component: shop\n" in text


def test_a_form_shows_the_services_that_are_described(desk: Repository) -> None:
    text = CONFIG.replace("required: [severity]", "required: [service]").replace("open: [component], ", "")
    (desk.tk.store / "config.yml").write_text(text, "utf-8")
    (desk.tk.store / "services.yml").write_text("shop: {description: Sells}\nvpn: {description: Connects}\n", "utf-8")
    shown = on_terminal(desk.tk, "new", "Down", "-t", "incident", keys="shopp\rshop\r")
    assert shown.code == 0, shown.text
    assert "service (shop, vpn): " in shown.text


def test_sections_of_a_form_are_written_in_the_editor(desk: Repository) -> None:
    text = CONFIG.replace("open: [component]", "open: ['## Impact']")
    (desk.tk.store / "config.yml").write_text(text, "utf-8")
    refused = desk.tk("new", "Down", "-t", "incident", "--set", "severity=low")
    assert (refused.code, "text below the heading 'Impact'" in refused.stderr) == (3, True)
    mine = editor(desk.folder, 'echo Everybody. >> "$1"')
    shown = on_terminal(desk.tk, "new", "Down", "-t", "incident", keys="low\r\r", env=mine)
    assert shown.code == 0, shown.text
    assert "+## Impact\n+Everybody." in desk.git("show", "HEAD")


def test_the_form_of_a_type_is_a_json_schema(desk: Repository) -> None:
    schema = json.loads(desk.tk("types", "incident", "--schema").stdout)
    assert schema["required"] == ["title", "severity", "component"]
    assert schema["properties"]["severity"] == {"description": "How bad it is", "enum": ["low", "high"]}
    rules = {rule["if"]["properties"]["status"]["const"]: rule["then"] for rule in schema["allOf"]}
    assert rules["review"]["properties"] == {"sections": {"required": ["Impact"]}}
    assert rules["closed"]["required"] == ["milestone"]
    assert json.loads(desk.tk("types", "incident", "--json").stdout)["schema"] == schema
    assert "Required by status:" in desk.tk("types", "incident").stdout


def test_a_workflow_is_drawn_and_an_unknown_name_is_an_error(desk: Repository) -> None:
    lines = desk.tk("workflow").lines
    assert lines[-1] == "  closed  done    -> open review    [needs milestone; checklist complete; children closed]"
    assert desk.tk("workflow", "--format", "dot").lines[0] == 'digraph "workflow" {'
    assert "    s0 --> s1" in desk.tk("workflow", "task", "--format", "mermaid").lines
    statuses = json.loads(desk.tk("workflow", "--json").stdout)["statuses"]
    assert [one["name"] for one in statuses] == ["open", "review", "closed"]
    wrong = desk.tk("workflow", "incidnet")
    assert (wrong.code, "Did you mean 'incident'?" in wrong.stderr) == (3, True)
    assert desk.tk("workflow", "--queue", "ops").code == 3
