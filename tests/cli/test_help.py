"""`tk help`: the overview, the manuals of commands, the topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plaintickets.command_table import ALIASES, COMMANDS, GROUPS
from plaintickets.core.checks.rules import RULES
from plaintickets.topics import TOPICS, text
from terminal import on_terminal

if TYPE_CHECKING:
    from store_files import Tk


def test_every_command_stands_in_one_group_of_the_overview() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(COMMANDS)


def test_the_overview_names_topics_options_and_other_names(tk: Tk) -> None:
    shown = tk("help").stdout
    for word in ("(also: create)", "exit-codes", "--no-commit", "minimal ticket system"):
        assert word in shown


def test_no_arguments_show_the_overview_as_help_does(tk: Tk) -> None:
    assert tk().stdout == tk("help").stdout == tk("--help").stdout


@pytest.mark.parametrize("words", ["", "help", "types"])
def test_on_a_terminal_nothing_is_wider_and_what_is_longer_goes_to_the_pager(tk: Tk, words: str) -> None:
    if words == "types":
        tk.write("pt-1")
    shown = on_terminal(tk, *words.split(), env={"PAGER": "echo PAGER; cat"}, columns=50)
    first, *lines = shown.text.splitlines()
    assert (first, shown.code) == ("PAGER", 0), "where there is no store, too"
    assert [line for line in lines if len(line) > 50] == []
    if words != "types":
        assert "  show     Show tickets with their relations and\n           comments.\n" in shown.text


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_as_its_page(tk: Tk, topic: str) -> None:
    shown = tk("help", topic)
    assert (shown.stdout, shown.stderr, shown.code) == (text(topic), "", 0)
    assert shown.stdout.startswith("# ")


def test_the_name_of_a_rule_prints_its_page(tk: Tk) -> None:
    shown = tk("help", "bad-value")
    assert (shown.code, shown.stderr) == (0, "")
    assert shown.stdout == tk("check", "--explain", "bad-value").stdout
    assert shown.stdout.startswith("### `bad-value`\n")
    assert "Did you mean 'bad-value'?" in tk("help", "bad-valeu").stderr


def test_no_rule_has_the_name_of_a_command_or_topic() -> None:
    assert RULES.keys() & {*COMMANDS, *ALIASES, *TOPICS} == set()


def test_the_manual_of_a_command_is_its_help(tk: Tk) -> None:
    assert tk("help", "close").stdout == tk("close", "--help").stdout
    assert "Usage: tk create" in tk("help", "create").stdout


def test_an_unknown_topic_is_refused_with_the_nearest(tk: Tk) -> None:
    refused = tk("help", "querry")
    assert (refused.stdout, refused.code) == ("", 2)
    assert "Did you mean 'query'?" in refused.stderr


def test_a_plugin_has_a_manual_of_one_line(tk: Tk) -> None:
    env = tk.plugin("tk-counts", "# tk-plugin: Open tickets by assignee\n")
    assert tk("help", "counts", env=env).lines[0] == "counts: Open tickets by assignee"


def test_a_plugin_cannot_write_control_sequences_to_the_terminal(tk: Tk) -> None:
    env = tk.plugin("tk-evil", "# tk-plugin: \x1b]52;c;eA==\x07\n")
    for shown in (tk("help", env=env), tk("help", "evil", env=env)):
        assert "\x1b" not in shown.stdout
        assert "\\x1b]52" in shown.stdout


def test_every_command_shows_examples(tk: Tk) -> None:
    for name in COMMANDS:
        assert "Examples:" in tk(name, "--help").stdout, name
