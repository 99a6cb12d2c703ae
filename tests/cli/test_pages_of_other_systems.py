"""The pages for people who come from another system: every feature has its row, and what a row names exists."""

from __future__ import annotations

import json
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plaintickets.command_table import ALIASES, COMMANDS
from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.query import parse
from plaintickets.core.settings import SETTINGS
from plaintickets.importers import IMPORTERS
from plaintickets.reports import REPORTS

if TYPE_CHECKING:
    import click

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
# What teams have there, in the order of the page; `not built` names what would make the row wrong if it existed.
FEATURES = json.loads((ROOT / "tests" / "data" / "desk-features.json").read_text(encoding="utf-8"))
STATES = {"yes", "partly", "no"}
_ROW = re.compile(r"^\| (?P<there>[^|]+?) \| (?P<here>[^|]+?) \| (?P<state>[^|]+?) \|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_MISSING = re.compile(r"\b(?:not?|nobody|nothing|cannot)\b", re.IGNORECASE)
_OWN_FIELDS = {"in-status", "in-class", "left", "sla", "updated", "age", "ext"}


def rows(page: str) -> list[re.Match[str]]:
    found = _ROW.finditer((GUIDE / f"{page}.md").read_text(encoding="utf-8"))
    return [row for row in found if row["state"] not in {"state", "---"}]


def spans(page: str) -> list[str]:
    return [" ".join(span.split()) for span in _CODE.findall((GUIDE / f"{page}.md").read_text(encoding="utf-8"))]


def command_lines(page: str) -> list[list[str]]:
    return [shlex.split(span)[1:] for span in spans(page) if span.startswith("tk ")]


@pytest.mark.parametrize("page", FEATURES)
def test_a_page_has_a_row_for_each_feature(page: str) -> None:
    assert [row["there"] for row in rows(page)] == [one["feature"] for one in FEATURES[page]]
    assert len(rows(page)) >= 15


@pytest.mark.parametrize("page", FEATURES)
def test_a_row_that_is_not_all_there_says_what_is_missing(page: str) -> None:
    for row in rows(page):
        assert row["state"] in STATES, row["there"]
        if row["state"] != "yes":
            assert _MISSING.search(row["here"]), row["there"]
        assert row["here"].startswith("Not built") == (row["state"] == "no"), row["there"]


@pytest.mark.parametrize("page", FEATURES)
def test_what_a_page_calls_missing_does_not_exist(page: str) -> None:
    built = [(one["feature"], name) for one in FEATURES[page] for name in one.get("not built", ()) if exists(name)]
    assert built == [], f"built by now: docs/guide/{page}.md and tests/data/desk-features.json must say so"


@pytest.mark.parametrize("page", FEATURES)
def test_the_commands_of_a_page_exist(page: str) -> None:
    lines = command_lines(page)
    assert len(lines) > 10
    unknown = [shlex.join(words) for words in lines if not is_command(words)]
    assert unknown == []


@pytest.mark.parametrize("page", FEATURES)
def test_the_queries_and_files_of_a_page_are_real(page: str) -> None:
    for words in command_lines(page):
        if words[0] == "ls" and len(words) == 2 and not words[1].startswith(("@", "-")):
            parse(words[1], {*BUILTIN_FIELDS, *_OWN_FIELDS})
    files = {span for span in spans(page) if re.fullmatch(r"[a-z-]+\.yml", span)}
    assert len(files) > 3
    assert files <= set(SETTINGS_FILES)


@pytest.mark.parametrize("page", FEATURES)
def test_a_page_leads_to_the_guide_and_names_its_source(page: str) -> None:
    text = (GUIDE / f"{page}.md").read_text(encoding="utf-8")
    assert "](service-desk.md)" in text
    assert "](importing.md)" in text
    assert len(set(re.findall(r"\]\(([a-z-]+\.md)\)", text))) >= 5
    assert "https://" in text.rpartition("\nSource")[2]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("sla --explain 7f3k", True),
        ("report volume", True),
        ("macro", False),
        ("sla --explode 7f3k", False),
        ("report busy", False),
        ("import jira", True),
        ("import jura", False),
    ],
)
def test_a_command_that_is_none_is_noticed(line: str, is_one: bool) -> None:
    assert is_command(shlex.split(line)) == is_one


def is_command(words: list[str]) -> bool:
    """Whether a command line names a command, options of it, and a report or a form of import that exists."""
    name = ALIASES.get(words[0], words[0])
    if name not in COMMANDS:
        return False
    command: click.Command = import_module(f"plaintickets.commands.{COMMANDS[name]}").command
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    options = {word.partition("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)}
    kinds: dict[str, set[str]] = {"report": {*REPORTS}, "import": {*IMPORTERS}}
    return options <= known and (name not in kinds or len(words) == 1 or words[1] in kinds[name])


def exists(name: str) -> bool:
    kind, _, rest = name.partition(" ")
    if kind == "tk":
        return is_command(rest.split())
    names: dict[str, set[str]] = {"field": {*BUILTIN_FIELDS}, "file": {*SETTINGS_FILES}, "setting": {*SETTINGS}}
    return rest in names[kind]
