"""The configuration: its defaults, its checks and its JSON form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plaintickets.core.config import DEFAULT, Config, Field, Silence, Status, TicketType
from plaintickets.core.configcheck import build, overlay
from plaintickets.core.configjson import MIXED, pack, unpack
from plaintickets.core.settings import SETTINGS
from plaintickets.store.settings_files import read_yaml

if TYPE_CHECKING:
    from plaintickets.core.problem import Problem
    from plaintickets.core.settings.model import Layer


def check(text: str, base: Config = DEFAULT, layer: Layer = "store") -> tuple[Config, list[Problem]]:
    tree, positions = read_yaml(text.encode(), "config.yml")
    return build(tree, positions, "config.yml", base=base, layer=layer)


def good(text: str) -> Config:
    config, problems = check(text)
    assert problems == []
    return config


def only_problem(text: str) -> str:
    _, problems = check(text)
    assert len(problems) == 1, problems
    return str(problems[0])


def test_the_defaults_are_those_of_the_format() -> None:
    assert DEFAULT.status_names == ("open", "in_progress", "closed")
    assert [status.kind for status in DEFAULT.statuses] == ["open", "active", "done"]
    names = "task bug feature epic chore support question incident change"
    assert " ".join(kind.name for kind in DEFAULT.types) == names
    assert DEFAULT.priorities == ("critical", "high", "medium", "low", "backlog")
    assert DEFAULT.resolutions == ("fixed", "wontfix", "duplicate", "invalid", "done")
    assert DEFAULT.format_max_file_size == 2**20


def test_an_empty_file_leaves_the_defaults() -> None:
    assert good("") == DEFAULT


WHOLE = """\
prefix: help-desk
statuses:
  new: open
  working: {class: active, transitions: [waiting, solved]}
  waiting:
    class: waiting
    description: The customer has to answer
  solved: {class: done}
types:
  incident:
    description: Something is down
    required: [severity, due]
    required_to_close: [resolution]
    offered: [component]
  question:
priorities: {0: now, 1: soon, 2: later}
resolutions: [solved, no]
fields:
  severity: {type: enum, values: [minor, major]}
  customer: person
  seats: {type: integer, multiple: true, description: Rows}
queries:
  mine: assignee:me is:open
default_type: question
default_priority: soon
default_assignee: me
list_closed: yes
commit:
  mode: stage
  verify: false
commit.trailer: Ticket
format:
  max_file_size: 2 MiB
merge.on-conflict: record
"""


def test_every_kind_of_setting_is_read() -> None:
    config = good(WHOLE)
    assert config.prefix == "help-desk"
    assert config.statuses == (
        Status("new", "open"),
        Status("working", "active", ("waiting", "solved")),
        Status("waiting", "waiting", None, "The customer has to answer"),
        Status("solved", "done"),
    )
    assert config.types == (
        TicketType("incident", "Something is down", ("severity", "due"), ("resolution",), ("component",)),
        TicketType("question"),
    )
    assert config.priorities == ("now", "soon", "later")
    assert config.resolutions == ("solved", "no")
    assert config.fields == (
        Field("severity", "enum", ("minor", "major")),
        Field("customer", "person"),
        Field("seats", "integer", (), True, "Rows"),
    )
    assert config.queries == {"mine": "assignee:me is:open"}
    assert (config.default_type, config.default_priority) == ("question", 1)
    assert (config.default_assignee, config.list_closed) == ("me", True)
    assert (config.commit_mode, config.commit_verify) == ("stage", False)
    assert (config.commit_trailer, config.merge_on_conflict) == ("Ticket", "record")
    assert config.format_max_file_size == 2 * 2**20


def test_each_setting_knows_its_line() -> None:
    config = good(WHOLE)
    assert config.source("prefix") == "config.yml:1"
    assert config.source("queries.mine") == "config.yml:23"
    assert config.source("commit.mode") == "config.yml:29"
    assert config.source("commit.trailer") == "config.yml:31"
    assert config.source("commit.sync") == "default"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("statsues: {a: open}", "1: unknown key 'statsues'. Did you mean 'statuses'?"),
        ("\ncommit: {mod: off}", "2: unknown key 'commit.mod'. Did you mean 'commit.mode'?"),
        ("commit.mdoe: off", "1: unknown key 'commit.mdoe'. Did you mean 'commit.mode'?"),
        ("commit: auto", "1: commit must be a mapping (`name: value` lines)"),
        ("commit:\n  mode: of", "2: commit.mode cannot be 'of'. Must be one of: auto stage off."),
        ("commit.mode: off\ncommit: {mode: off}", "2: commit.mode is set twice"),
        ("commit.verify: perhaps", "1: commit.verify cannot be 'perhaps'. Must be true or false"),
        ("commit.template: 'x {titel}'", "1: commit.template cannot hold '{titel}'."),
        ("commit.template: 'x {id'", "1: commit.template holds a brace without its partner"),
        ("commit.trailer: 'a b'", "1: commit.trailer cannot be 'a b'"),
        ("prefix: ../x", "1: prefix cannot be '../x'"),
        ("prefix: -x", "1: prefix cannot be '-x'"),
        ("prefix: [a]", "1: prefix must be a text, not a list or mapping"),
        ('prefix: "a\\e[31m"', "1: prefix must be one line of plain text"),
        ("default_type: tusk", "1: unknown type 'tusk'. Did you mean 'task'?"),
        ("default_priority: 7", "1: default_priority must be below 5"),
        ("default_priority: hihg", "1: unknown priority 'hihg'. Did you mean 'high'?"),
        ("format.max_file_size: huge", "1: format.max_file_size cannot be 'huge'."),
        ("editor: vi", "1: editor can only be set in the settings of the user"),
        ("priorities: {0: a, 2: b}", "1: priorities must be numbered 0, 1, 2, … in this order"),
        ("priorities: [a, b, c, d, e, f]", "1: there must be 1 to 5 priorities"),
        ("priorities: [p1]", "1: 'p1' cannot be the name of a priority"),
        ("resolutions: fixed", "1: resolutions must be a list, e.g. [a, b]"),
        ("resolutions: [a, b, A]", "1: duplicate name 'A'"),
        ("resolutions: [a, '']", "1: resolutions holds an empty item"),
        ("statuses: {}", "1: statuses is empty"),
        ("statuses: {a: open}", "1: no status is of the class done"),
        ("statuses: {a: done}", "1: no status is of the class open"),
        ("statuses:\n  a: open\n  b: doen", "3: statuses.b.class cannot be 'doen'."),
        ("statuses:\n  a: {}\n  b: open\n  c: done", "2: status a needs a class"),
        ("statuses:\n  a: open\n  b: done\n  A: done", "4: duplicate name 'A'"),
        ("statuses:\n  a b: open\n  b: done\n  c: open", "2: 'a b' cannot be a name"),
        (
            "statuses:\n  opened:\n    class: open\n    transitions:\n    - dnoe\n  done: done",
            "5: unknown status 'dnoe'. Did you mean 'done'?",
        ),
        ("types: {task: {reqired: [due]}}", "1: unknown key 'reqired'. Did you mean 'required'?"),
        ("types: {task: {required: [duee]}}", "1: unknown field 'duee'. Did you mean 'due'?"),
        ("types:\n- task\n- task", "3: duplicate name 'task'"),
        ("fields: {status: string}", "1: 'status' is a reserved field name"),
        ("fields: {is: string}", "1: 'is' is a reserved field name"),
        ("fields: {size: intger}", "1: fields.size.type cannot be 'intger'."),
        ("fields: {size: enum}", "1: field size of type enum needs values"),
        ("queries: {mine: ''}", "1: the query mine is empty"),
        ("queries: {}", "1: queries is empty"),
        ("me: Ada", "1: me can only be set in the settings of the user"),
        (f"default_type: {'x' * 501}", "1: default_type is longer than 500 characters"),
        ("commit.verify: [true]", "1: commit.verify must be a text, not a list or mapping"),
        ("format.max_file_size: {a: b}", "1: format.max_file_size must be a text"),
        ("commit.template: [a]", "1: commit.template must be a text"),
        ("format.max_file_size: 100", "1: format.max_file_size cannot be '100'."),
        ("resolutions: [[a]]", "1: resolutions must be a text, not a list or mapping"),
        ("types: {task: [a]}", "1: types.task must be a mapping (`name: value` lines)"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, problem: str) -> None:
    assert only_problem(text).startswith(f"config.yml:{problem}")


def test_a_mistake_leaves_the_other_settings_in_force() -> None:
    config, problems = check("prefix: pt\ncommit.mode: sometimes\ndefault_priority: 1\n")
    assert len(problems) == 1
    assert (config.prefix, config.commit_mode, config.default_priority) == ("pt", "auto", 1)


def test_problems_stand_in_the_order_of_their_lines() -> None:
    _, problems = check("default_type: x\nprefix: _\ntypes: [a]\nzzz: 1\n")
    assert [problem.line for problem in problems] == [1, 2, 4]


def test_the_default_type_and_priority_follow_the_lists() -> None:
    config = good("types: [story, spike]\npriorities: [now]\n")
    assert (config.default_type, config.default_priority) == ("story", 0)


def test_the_store_comes_over_the_user_and_queries_add_up() -> None:
    user, problems = check("color: never\nme: Ada\ncommit.mode: off\nqueries: {mine: a, all: b}\n", layer="user")
    assert problems == []
    config, problems = check("commit.mode: stage\nqueries: {mine: c}\n", base=user)
    assert problems == []
    assert (config.color, config.me, config.commit_mode) == ("never", "Ada", "stage")
    assert config.queries == {"mine": "c", "all": "b"}


def test_the_user_cannot_set_what_belongs_to_the_store() -> None:
    _, problems = check("statuses: {a: open, b: done}", layer="user")
    assert [problem.code for problem in problems] == ["config-layer"]


def test_the_environment_comes_over_the_files() -> None:
    base = good("commit.mode: stage")
    config, problems = overlay(base, {"TK_COMMIT_MODE": "off", "TICKET_PAGER": "cat", "TK_ME": ""})
    assert problems == []
    assert (config.commit_mode, config.pager, config.me) == ("off", "cat", "")
    assert config.source("commit.mode") == "TK_COMMIT_MODE"
    assert config.source("pager") == "TICKET_PAGER"


def test_the_own_variable_comes_before_that_of_the_bash_tool() -> None:
    config, _ = overlay(DEFAULT, {"TK_PAGER": "less", "TICKET_PAGER": "cat"})
    assert (config.pager, config.source("pager")) == ("less", "TK_PAGER")


def test_a_bad_variable_is_named() -> None:
    config, problems = overlay(DEFAULT, {"TK_COLOR": "nevr"})
    assert config == DEFAULT
    assert str(problems[0]).startswith("TK_COLOR:0: color cannot be 'nevr'.")
    assert "Did you mean 'never'?" in problems[0].message


def test_an_option_comes_last() -> None:
    config = DEFAULT.override("commit.mode", "off", "--no-commit")
    assert (config.commit_mode, config.source("commit.mode")) == ("off", "--no-commit")
    with pytest.raises(TypeError):
        DEFAULT.override("commit.mode", 1, "--x")


def test_the_json_form_gives_the_configuration_back() -> None:
    for config in (DEFAULT, good(WHOLE)):
        text = json.dumps(pack(config))
        assert unpack(json.loads(text)) == config


DAMAGED: list[object] = [None, 1.5, [[]], [1], {"a": [1.5]}, [["a", "b", "c", "d", "e"]]]


@pytest.mark.parametrize(
    ("name", "value"),
    [(key, one) for key in sorted(Config._fields) for one in DAMAGED if not (key in MIXED and isinstance(one, dict))],
)
def test_a_damaged_json_form_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part notices it first
        unpack({**pack(DEFAULT), name: value})


def test_another_schema_number_is_refused() -> None:
    with pytest.raises(ValueError, match="schema"):
        unpack({**pack(DEFAULT), "schema": 0})
    with pytest.raises(ValueError, match="schema"):
        unpack([])


def test_statuses_are_found_by_name_and_class() -> None:
    assert DEFAULT.status("closed") == Status("closed", "done")
    assert DEFAULT.status("Closed") is None
    assert DEFAULT.first("active") == Status("in_progress", "active")
    assert DEFAULT.first("waiting") is None
    assert DEFAULT.is_done("closed")
    assert not DEFAULT.is_done("done")


def test_a_flood_of_mistakes_is_cut_short() -> None:
    _, problems = check("".join(f"key{number}: x\n" for number in range(1000)))
    assert len(problems) == 50
    assert problems[-1].code == "config-problems"


def test_a_section_cannot_grow_without_end() -> None:
    names = ", ".join(f"n{number}" for number in range(201))
    config, problems = check(f"resolutions: [{names}]\ntypes: [{names}]\n")
    assert [str(problem).split(" [")[0] for problem in problems] == [
        "config.yml:1: resolutions has more than 200 entries",
        "config.yml:2: types has more than 200 entries",
    ]
    assert config.types == DEFAULT.types
    many = "\n".join(f"  n{number}: open" for number in range(201))
    _, problems = check(f"statuses:\n{many}\n")
    assert [problem.line for problem in problems] == [1]


def test_closing_words_are_a_list_or_have_resolutions_that_exist() -> None:
    assert good("trailers.closing: [Closes, Done]").trailers_closing == {"Closes": "", "Done": ""}
    config = good("trailers:\n  closing:\n    Closes:\n    Fixes: fixed\n")
    assert config.trailers_closing == {"Closes": "", "Fixes": "fixed"}
    assert unpack(json.loads(json.dumps(pack(config)))) == config
    assert only_problem("trailers:\n  closing:\n    Fixes: fixd\n").startswith(
        "config.yml:3: unknown resolution 'fixd'"
    )
    assert good("trailers.closing: []").trailers_closing == {}


CHECKED = """\
people: [Ada Lovelace, Grace <grace@example.org>]
types:
  bug: {sections: [Steps to reproduce], sections_to_close: [Cause]}
check:
  rules: {no-title: note, branch-names-open-ticket: error}
  silence:
    - {rule: closed-with-open-children, ticket: old-*, reason: imported so}
    - {rule: unmerged, reason: never mind}
"""


def test_the_rules_of_tk_check_are_read_and_kept() -> None:
    config = good(CHECKED)
    assert config.people == ("Ada Lovelace", "Grace <grace@example.org>")
    assert config.types[0].sections == ("Steps to reproduce",)
    assert config.types[0].sections_to_close == ("Cause",)
    assert config.check_rules == {"no-title": "note", "branch-names-open-ticket": "error"}
    assert config.check_silence == (
        Silence("closed-with-open-children", "old-*", "imported so"),
        Silence("unmerged", "*", "never mind"),
    )
    assert unpack(json.loads(json.dumps(pack(config)))) == config


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("check.rules: {no-titel: off}", "1: unknown rule 'no-titel'. Did you mean 'no-title'? [config-unknown-rule]"),
        ("check.rules: {no-title: loud}", "[config-value]"),
        ("check.rules: {encoding: off}", "1: the rule encoding is always an error [config-value]"),
        ("check.rules: [no-title]", "[config-type]"),
        ("check.silence: {rule: no-title}", "[config-type]"),
        ("check.silence: [{rule: no-title}]", "1: a silenced rule needs a reason [config-missing]"),
        ('check.silence: [{rule: no-title, reason: ""}]', "needs a reason [config-missing]"),
        ("check.silence: [{reason: x}]", "needs a rule [config-missing]"),
        ("check.silence: [{rule: no, reason: x}]", "[config-unknown-rule]"),
        ("check.silence: [{rule: config-value, reason: x}]", "always an error [config-value]"),
        ("check.silence: [{rule: no-title, reason: x, tickets: y}]", "[config-unknown-key]"),
        ("check.silence: [{rule: [a], reason: x}]", "[config-type]"),
    ],
)
def test_a_mistake_in_the_rules_is_named(text: str, expected: str) -> None:
    assert only_problem(text + "\n").endswith(expected)


WITH_EXAMPLES = [key for key, setting in SETTINGS.items() if setting.example and "store" in setting.layers]


@pytest.mark.parametrize("key", WITH_EXAMPLES)
def test_the_example_of_a_setting_survives_the_cache(key: str) -> None:
    tree, positions = read_yaml(SETTINGS[key].example.encode(), "config.yml")
    config, _ = build(tree, positions, "config.yml")
    assert config != DEFAULT
    assert unpack(json.loads(json.dumps(pack(config)))) == config
