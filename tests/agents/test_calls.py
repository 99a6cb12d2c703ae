"""Calls that cannot be answered: every error is an answer with message, hint and exit code, and nothing changes."""

from __future__ import annotations

import json
import re
import tomllib
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from architecture.sources import ROOT
from builders import surroundings
from built_once import built_once
from plaintickets.commands.mcp import command
from plaintickets.mcp.calls import Answer, Options, answered
from plaintickets.mcp.tools import TOOLS

if TYPE_CHECKING:
    from builders import Repository


GUIDE = ROOT / "docs" / "guide" / "mcp.md"


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("aa-1", "Parser drops the last line")
    repository.tk.write("aa-2", "Second", deps="aa-1")
    repository.commit_all("tickets")
    return repository


def options(repository: Repository, **more: Any) -> Options:
    return Options(surroundings(repository, Random(7).randrange), {}, str(repository.tk.store), **more)


def ask(repository: Repository, tool: str, arguments: dict[str, object]) -> Answer:
    return answered(options(repository), tool, arguments)


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "words"),
    [
        ("lst", {}, 2, "there is no tool 'lst' | Did you mean 'list'?"),
        ("rm", {"ticket": "aa-1"}, 2, "there is no tool 'rm' | there are blockers, "),
        ("x\x1b[2J", {}, 2, r"there is no tool 'x\x1b[2J'"),
        ("list", {"qery": "x"}, 2, "list has no argument 'qery' | Did you mean 'query'?"),
        ("close", {"tickets": ["aa-1"], "force": True}, 2, "close has no argument 'force' | close takes tickets, "),
        ("show", {}, 2, "show needs the argument 'tickets' | tickets: Ids"),
        ("show", {"tickets": []}, 2, "show needs the argument 'tickets'"),
        ("show", {"tickets": "aa-1"}, 2, "tickets is not a list of strings"),
        ("show", {"tickets": [1]}, 2, "tickets is not a list of strings"),
        ("show", {"tickets": ["aa-1"] * 201}, 2, "tickets has 201 items, more than 200"),
        ("show", {"tickets": ["aa-9"]}, 3, "ticket 'aa-9' not found | did you mean"),
        ("show", {"tickets": ["../../etc/passwd"]}, 3, "ticket '../../etc/passwd' not found"),
        ("show", {"tickets": ["aa-1@nowhere"]}, 3, "nowhere"),
        ("list", {"limit": -1}, 2, "limit is not a whole number from 0"),
        ("list", {"limit": True}, 2, "limit is not a whole number from 0"),
        ("list", {"limit": 1.5}, 2, "limit is not a whole number from 0"),
        ("list", {"closed": "yes"}, 2, "closed is not true or false"),
        ("list", {"query": 'title:"'}, 2, ""),
        ("list", {"query": "statsu:open"}, 2, "did you mean status?"),
        ("list", {"sort": "prio"}, 3, "priority"),
        ("list", {"query": "x" * 4001}, 2, "query has 4,001 characters, more than 4,000"),
        ("search", {"query": " "}, 2, "what should be searched for?"),
        ("similar", {}, 2, "similar needs a ticket or a text"),
        ("similar", {"text": "x", "threshold": 2}, 2, "threshold is not a number from 0 to 1"),
        ("log", {"since": "someday"}, 2, "invalid date 'someday'"),
        ("log", {"fields": ["statsu"]}, 3, "status"),
        ("blockers", {"query": "is:open", "tickets": ["aa-1"]}, 2, "exclude each other"),
        ("new", {"title": "A view", "type": "bgu"}, 2, "Did you mean 'bug'?"),
        ("new", {"title": "A view", "set": ["a+=b"]}, 2, "a new ticket takes key=value, not 'a+='"),
        ("new", {"title": "A view", "set": ["a"]}, 2, "'a' is not key=value"),
        ("new", {"title": "A view", "duplicates": "warn"}, 2, "duplicates cannot be 'warn'"),
        ("new", {"title": "A view", "description": "x" * 1_000_001}, 2, "more than 1,000,000"),
        ("comment", {"ticket": "aa-1", "text": "  "}, 3, "the comment has no text"),
        ("comment", {"ticket": "aa-1", "text": "half \ud800"}, 2, "half a character"),
        ("set", {"tickets": ["aa-1"], "set": ["statsu=open"]}, 2, "Did you mean 'status'?"),
        ("set", {"tickets": ["aa-1"], "set": ["priority=9"]}, 2, "invalid priority '9'"),
        ("dep", {"ticket": "aa-1", "deps": ["aa-2"]}, 3, "that would be a cycle: aa-1 -> aa-2 -> aa-1"),
        ("undep", {"ticket": "aa-1", "deps": ["aa-2"]}, 3, "aa-1 does not depend on aa-2"),
        ("claim", {"tickets": ["aa-1"], "push": True}, 5, ""),
        ("undo", {"commit": "HEAD"}, 3, "undo needs a confirmation; nothing was changed"),
        ("undo", {"commit": "--help", "confirm": True}, 3, ""),
    ],
)
def test_a_request_that_cannot_be_met_is_an_error_that_says_what_to_do(
    store: Repository, tool: str, arguments: dict[str, object], code: int, words: str
) -> None:
    before = store.git("rev-parse", "HEAD")
    answer = ask(store, tool, arguments)
    assert answer.is_error
    error: Any = answer.value["error"]
    assert words in f"{error['message']} | {error['hint']}"
    assert error["exit_code"] == code, error
    assert store.git("rev-parse", "HEAD") == before
    assert store.git("status", "--porcelain") == ""


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_values_of_every_wrong_kind_are_refused_by_every_tool(store: Repository, tool: str) -> None:
    known = TOOLS[tool].parameters
    least: dict[str, object] = {
        name: ["aa-1"] if one.kind == "lines" else "aa-1" for name, one in known.items() if one.is_required
    }
    for name in known:
        for value in ({}, [[]], [None], 10**5000, -(10**9), float("nan"), object()):
            answer = ask(store, tool, {**least, name: value})
            assert answer.is_error, (name, value, answer)
            error: Any = answer.value["error"]
            assert error["exit_code"] == 2, error


def test_control_characters_stay_in_the_answer_and_are_escaped_in_its_text(store: Repository) -> None:
    created = ask(store, "new", {"title": "A \x1b[31mred\u202e title", "description": "bell \x07\u2028"})
    shown = ask(store, "list", {"query": "red"})
    assert "\x1b" not in created.text + shown.text
    assert "\u202e" not in created.text + shown.text


def test_null_is_the_same_as_absent(store: Repository) -> None:
    assert ask(store, "list", {"query": None, "limit": None}).value == ask(store, "list", {}).value


def test_a_file_that_cannot_be_read_is_a_problem_and_no_ticket_is_ready_by_mistake(store: Repository) -> None:
    (store.tk.store / "aa-1.md").write_text("---\nid: [\n---\n# broken\n")
    answer = ask(store, "ready", {})
    error: Any = answer.value["error"]
    assert (error["exit_code"], answer.value["tickets"]) == (4, [])
    assert "aa-1.md" in str(answer.value["problems"])
    gate: Any = ask(store, "blockers", {"tickets": ["aa-2"]}).value
    assert (gate["unreadable"], gate["error"]["exit_code"]) == (["aa-1"], 4)


def test_settings_that_cannot_be_read_are_an_answer(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("statuses: [")
    error: Any = ask(store, "list", {}).value["error"]
    assert error["exit_code"] == 4
    assert "config.yml" in error["message"]


def test_the_server_stays_with_its_store(store: Repository) -> None:
    elsewhere = options(store)._replace(store="/elsewhere/.tickets")
    error: Any = answered(elsewhere, "list", {}).value["error"]
    assert "bound to /elsewhere/.tickets" in error["message"]
    store.tk.store.rename(store.folder / "gone")
    error = ask(store, "list", {}).value["error"]
    assert error["exit_code"] == 4


def test_what_a_command_would_print_on_stderr_is_a_note(store: Repository) -> None:
    (store.tk.store / "config.yml").write_text("colour: red\n")
    answer = ask(store, "list", {})
    assert not answer.is_error
    assert "colour" in str(answer.value["notes"])


def test_an_answer_that_is_too_large_is_refused(store: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plaintickets.mcp.calls.LONGEST_ANSWER", 100)
    error: Any = ask(store, "list", {}).value["error"]
    assert "more than 100" in error["message"]


def test_our_bug_is_an_answer_without_a_traceback(store: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_project: object, _given: object) -> dict[str, object]:
        raise ZeroDivisionError

    monkeypatch.setitem(TOOLS, "list", TOOLS["list"]._replace(run=broken))
    answer = ask(store, "list", {})
    error: Any = answer.value["error"]
    assert (error["exit_code"], error["message"]) == (70, "this tool has a bug (ZeroDivisionError)")


def test_the_tools_are_sorted_and_the_guide_lists_each() -> None:
    page = GUIDE.read_text(encoding="utf-8")
    listed = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| .* \| (yes)? ?\|$", page, re.MULTILINE)
    found = {name: bool(changes) for names, changes in listed for name in re.findall(r"\w+", names)}
    assert list(TOOLS) == sorted(TOOLS)
    assert found == {name: tool.is_change for name, tool in TOOLS.items()}


def test_the_settings_of_clients_in_the_guide_start_the_server() -> None:
    page = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(json|toml)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    loads: dict[str, Any] = {"json": json.loads, "toml": tomllib.loads}
    servers = [next(iter(loads[kind](text).values()))["tickets"] for kind, text in blocks]
    assert len(servers) == 3
    options = {option for one in command.params for option in one.opts}
    for server in servers:
        assert (server["command"], server["args"][::2][:1], server["args"][2]) == ("tk", ["-C"], "mcp")
        assert set(server["args"][3:]) <= options
