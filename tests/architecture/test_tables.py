"""The tables that new things are entered in: sorted, complete, and each entry as it should be."""

from __future__ import annotations

import importlib

import click
import pytest

from architecture.sources import PACKAGE
from plaintickets.cli import cli
from plaintickets.command_table import ALIASES, COMMANDS, GROUPS
from plaintickets.topics import TOPICS


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in COMMANDS}
    missing = sorted(name for name, command in found.items() if command is None)
    assert missing == [], "in command_table.COMMANDS, but there is no such module under commands/"
    return {name: command for name, command in found.items() if command is not None}


def test_the_table_of_aliases_is_sorted() -> None:
    assert list(ALIASES) == sorted(ALIASES)


def test_every_command_of_the_table_exists() -> None:
    assert set(commands()) == set(COMMANDS)


def test_every_module_with_a_command_is_in_the_table() -> None:
    names = [path.stem for path in sorted((PACKAGE / "commands").glob("*.py")) if path.stem != "__init__"]
    modules = {name: importlib.import_module(f"plaintickets.commands.{name}") for name in names}
    assert {name for name, module in modules.items() if hasattr(module, "command")} == set(COMMANDS.values())


def test_every_alias_stands_for_a_command_and_hides_none() -> None:
    assert set(ALIASES.values()) <= set(COMMANDS)
    assert not set(ALIASES) & set(COMMANDS)


def test_a_command_is_named_as_in_the_table() -> None:
    assert {name: command.name for name, command in commands().items()} == {name: name for name in COMMANDS}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_a_sentence_and_examples(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    text = command.help or ""
    assert text.split("\n\n")[0].strip().endswith("."), "the first paragraph is a sentence"
    examples = text.partition("Examples:\n")[2]
    lines = [line.split() for line in examples.splitlines() if "tk " in line]
    assert lines, "no `Examples:` in its docstring"
    named = {name, *(alias for alias, meant in ALIASES.items() if meant == name)}
    assert any(named & set(words) for words in lines), "no example runs the command"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_says_what_it_does(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    assert [option.opts for option in options if not (option.help or "").strip()] == []


def test_a_command_is_in_one_group() -> None:
    named = [name for group in GROUPS.values() for name in group]
    assert sorted(named) == sorted(COMMANDS)


def test_every_topic_has_a_page() -> None:
    pages = {path.stem for path in (PACKAGE / "topics").glob("*.md")}
    assert pages | {"check-rules", "config"} == set(TOPICS)
