"""`tk config` and `tk types`: what is in force, and where it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plaintickets.core.configschema import schema
from plaintickets.core.settings import SETTINGS

if TYPE_CHECKING:
    from store_files import Tk

SETTINGS_FILE = """\
prefix: web
statuses:
  new: {class: open, transitions: [doing]}
  doing: active
  done: done
types:
  bug:
    description: Broken
    required: [severity]
    required_to_close: [resolution]
    offered: [component]
fields:
  severity: {type: enum, values: [minor, major]}
queries:
  mine: assignee:me
commit.mode: stage
"""


def configured(tk: Tk) -> Tk:
    tk.store.mkdir()
    (tk.store / "config.yml").write_text(SETTINGS_FILE)
    return tk


def test_every_setting_is_shown_with_its_source(tk: Tk) -> None:
    told = json.loads(configured(tk)("config", "--json").stdout)
    assert told["format"] == 1
    assert list(told["settings"]) == list(SETTINGS)
    assert told["settings"]["prefix"] == {"value": "web", "source": ".tickets/config.yml:1"}
    assert told["settings"]["queries"]["value"] == {"mine": "assignee:me"}
    assert told["settings"]["color"] == {"value": "auto", "source": "default"}
    lines = tk("config").lines
    assert [line.split()[0] for line in lines] == list(SETTINGS)
    assert lines[0].split() == ["prefix", "web", ".tickets/config.yml:1"]


def test_a_variable_comes_over_the_file_and_an_option_over_the_variable(tk: Tk) -> None:
    configured(tk)
    env = {"TK_COMMIT_MODE": "auto"}
    assert json.loads(tk("config", "commit.mode", "--json").stdout)["value"] == "stage"
    told = json.loads(tk("config", "commit.mode", "--json", env=env).stdout)
    assert (told["value"], told["source"]) == ("auto", "TK_COMMIT_MODE")
    told = json.loads(tk("--no-commit", "config", "commit.mode", "--json", env=env).stdout)
    assert (told["value"], told["source"]) == ("off", "option")


def test_one_setting_is_its_value_alone(tk: Tk) -> None:
    configured(tk)
    assert tk("config", "prefix").stdout == "web\n"
    assert tk("config", "list_closed").stdout == "false\n"
    assert tk("config", "statuses").stdout == "new, doing, done\n"


def test_an_unknown_setting_is_refused_with_the_nearest(tk: Tk) -> None:
    refused = configured(tk)("config", "commitmode")
    assert (refused.code, refused.stdout) == (2, "")
    assert "Did you mean 'commit.mode'?" in refused.stderr


def test_a_mistake_in_the_settings_is_named_with_its_line(tk: Tk) -> None:
    tk.store.mkdir()
    (tk.store / "config.yml").write_text("prefix: web\ncommit.mood: auto\n")
    shown = tk("config")
    assert shown.code == 0
    assert ".tickets/config.yml:2:" in shown.stderr
    assert tk("new", "A title").code == 4


def test_the_schema_needs_no_store(tk: Tk) -> None:
    assert json.loads(tk("config", "--schema").stdout) == schema()


def test_types_show_what_a_ticket_can_be(tk: Tk) -> None:
    shown = configured(tk)("types").stdout
    assert "  bug  Broken; needs: severity; to close: resolution; offers: component\n" in shown
    assert "  new    open    -> doing\n" in shown
    assert "Fields of your own:\n  severity  enum   (minor major)\n" in shown
    assert shown.count("  severity ") == 1


def test_types_as_json(tk: Tk) -> None:
    told = json.loads(configured(tk)("types", "--json").stdout)
    first = {"name": "new", "class": "open", "transitions": ["doing"], "guards": {}, "description": ""}
    assert told["statuses"][0] == first
    assert told["statuses"][1]["transitions"] is None
    assert told["priorities"][0] == "critical"
    assert [kind["name"] for kind in told["types"]] == ["bug"]
    severity = {"name": "severity", "type": "enum", "multiple": False, "values": ["minor", "major"], "description": ""}
    assert [field for field in told["fields"] if field["name"] == "severity"] == [severity]


def test_one_type_shows_what_it_asks_for(tk: Tk) -> None:
    shown = configured(tk)("types", "bug").stdout
    assert shown.startswith("bug: Broken\n\nRequired:\n  severity  enum   (minor major)\n\nRequired to close:\n")
    told = json.loads(tk("types", "bug", "--json").stdout)
    assert told["type"]["required"] == ["severity"]
    assert [field["name"] for field in told["fields"]] == ["severity", "resolution", "component"]


def test_an_unknown_type_is_refused_with_the_known_ones(tk: Tk) -> None:
    refused = configured(tk)("types", "bgu")
    assert (refused.code, refused.stdout) == (3, "")
    assert "Must be one of: bug" in refused.stderr
    assert "Did you mean 'bug'?" in refused.stderr


def test_a_settings_file_that_nobody_knows_has_no_schema(tk: Tk) -> None:
    assert json.loads(tk("config", "--schema", "people.yml").stdout) == schema("people.yml")
    refused = tk("config", "--schema", "poeple.yml")
    assert (refused.code, refused.stdout) == (2, "")
    assert "There are config.yml, people.yml, " in refused.stderr
