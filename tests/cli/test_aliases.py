"""Aliases of the user, and the answers to commands, people and values that do not exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from built_once import built_once
from plaintickets.command_table import ALIASES, COMMANDS, SYNONYMS
from plaintickets.core.aliases import expanded

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

pytestmark = pytest.mark.only_plaintickets


def settings(tk: Tk, text: str) -> None:
    """Writes the user's own settings."""
    folder = tk.folder.parent / "home/.config/plaintickets"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(text, encoding="utf-8")


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    repository.tk.write("pt-1", "One", priority="0", more="assignee: Ada Lovelace\n")
    repository.tk.write("pt-2", "Two", more="assignee: Grace Hopper\n")
    repository.commit_all()
    return repository


def test_an_alias_is_its_command_with_further_arguments(store: Repository) -> None:
    settings(store.tk, "aliases:\n  mine: ls assignee:me\n  hot: mine -p 0\n  say: hello 'two words'\n")
    assert store.tk("mine").stdout == store.tk("ls", "assignee:me").stdout
    assert store.tk("hot", "--json").stdout == store.tk("ls", "assignee:me", "-p", "0", "--json").stdout
    assert store.tk("-C", ".", "hot").stdout == "pt-1     [open] - One\n"
    env = store.tk.plugin("tk-hello", 'echo "$#: $*"\n')
    assert store.tk("say", "more", env=env).stdout == "2: two words more\n"
    assert "  hot   tk mine -p 0" in store.tk("help").stdout
    assert "your alias for `tk mine -p 0`" in store.tk("help", "hot").stdout
    assert store.tk("config", "aliases").stdout == "mine: ls assignee:me, hot: mine -p 0, say: hello 'two words'\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ls: show", "config.yml:2: the alias ls would hide the command `tk ls`"),
        ("create: show", "config.yml:2: the alias create would hide"),
        ("a: b\n  b: a x", "config.yml:2: the aliases name each other in a loop: a -> b -> a"),
        ("a: a", "in a loop: a -> a"),
        ("a: 'ls \"x'", "a quote that is not closed"),
        ("a: '!rm -rf .'", "must begin with a command of `tk`"),
        ("a: tk ls", "leave `tk` out"),
        ("a: ' '", "the alias a is empty"),
    ],
)
def test_an_alias_that_cannot_be_is_refused_at_its_line(tk: Tk, text: str, words: str) -> None:
    tk.write("a-1")
    settings(tk, f"aliases:\n  {text}\n")
    refused = tk("ls")
    assert (refused.code, refused.stdout) == (4, "")
    assert words in refused.stderr


def test_a_store_cannot_have_aliases(tk: Tk) -> None:
    tk.write("a-1")
    (tk.store / "config.yml").write_text("aliases: {mine: ls}\n", encoding="utf-8")
    assert tk("mine").code == 2
    assert tk("ls").code == 4


def test_names_of_people_stand_in_other_names_and_in_the_list_that_aliases_was(store: Repository) -> None:
    for text in ("aliases: [Grace Hopper]\n", "other_names: [Grace Hopper]\n"):
        settings(store.tk, text)
        assert len(store.tk("ls", "assignee:me").lines) == 2
        assert store.tk("config", "other_names").stdout == "Grace Hopper\n"
    settings(store.tk, "other_names: [Bo]\naliases: [Grace Hopper]\n")
    assert json.loads(store.tk("config", "other_names", "--json").stdout)["value"] == ["Bo", "Grace Hopper"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("view", "`tk show`"),
        ("done", "`tk close`"),
        ("clsoe", "`tk close`"),
        ("tree", "`tk ls --tree` or `tk dep tree ID`"),
        ("mine", "`tk ls -a me`"),
        ("priority", "`tk set ID priority=VALUE`"),
    ],
)
def test_an_unknown_command_is_answered_with_the_one_that_is_meant(tk: Tk, typed: str, meant: str) -> None:
    refused = tk(typed)
    assert refused.code == 2
    assert refused.stderr.startswith(f"Error: no such command: {typed}. Did you mean {meant}?\n")


def test_synonyms_are_hints_to_commands_and_no_commands() -> None:
    assert {"view", "done", "open", "remove", "label", "find", "history", "move", "add", "stats"} <= SYNONYMS.keys()
    assert not SYNONYMS.keys() & {*COMMANDS, *ALIASES}
    calls = [call for meant in SYNONYMS.values() for call in meant]
    assert {call.split()[0] for call in calls} - {"--version"} <= COMMANDS.keys()


def test_the_calls_that_may_be_meant_can_be_typed(store: Repository) -> None:
    store.tk("set", "pt-1", "milestone=2.0")
    values = {"ID": "pt-1", "NAME": "2.0", "VALUE": "2", "WORD": "one", "DATE": "+3d"}
    for call in sorted({call for meant in SYNONYMS.values() for call in meant if " " in call}):
        words = [re.sub(r"\b[A-Z]+\b", lambda found: values[found[0]], word) for word in call.split()]
        assert store.tk(*words).code in (0, 3), call


def test_words_of_other_tools_are_answered_with_our_values(store: Repository) -> None:
    for words, meant in (
        (("set", "pt-1", "priority=urgent"), "critical"),
        (("set", "pt-1", "status=done"), "closed"),
        (("ls", "--status", "done"), "closed"),
        (("ls", "-p", "urgent"), "critical"),
        (("ls", "priority:urgent"), "critical"),
        (("ls", "status:done"), "closed"),
        (("new", "T", "-p", "urgent"), "critical"),
        (("set", "pt-1", "due=3d"), "+3d"),
        (("ls", "due=3d"), "+3d"),
        (("log", "--since", "3d"), "+3d"),
    ):
        refused = store.tk(*words)
        assert refused.code in (2, 3), words
        assert refused.stdout == ""
        assert meant in refused.stderr, words


def test_weekdays_and_ends_of_months_are_dates_in_queries_and_options(store: Repository) -> None:
    store.tk("set", "pt-1", "due=friday")  # today is Sunday, 2026-03-01
    assert store.tk.field("pt-1", "due") == "2026-03-06"
    for query in ("due<saturday", "due:friday", "due:fri", "due>today", "due<=end-of-month", "due>last-monday"):
        assert [line.split()[0] for line in store.tk("ls", query).lines] == ["pt-1"], query
    assert store.tk("ls", "due<friday").stdout == ""
    assert store.tk("log", "--since", "2026-02", "--limit", "1").code == 0


def test_expanding_takes_the_first_word_only() -> None:
    assert expanded("a", {"a": "b c", "b": "ls b"}) == ["ls", "b", "c"]
    assert expanded("x", {"a": "ls"}) == []
    with pytest.raises(ValueError, match="a -> b -> a"):
        expanded("a", {"a": "b", "b": "a"})


def test_a_mistyped_name_of_a_person_is_written_and_the_near_one_named(store: Repository) -> None:
    done = store.tk("assign", "pt-1", "Grace Hoper")
    assert (done.code, store.tk.field("pt-1", "assignee")) == (0, "Grace Hoper")
    assert done.stderr == "note: no open ticket has the name 'Grace Hoper'. Did you mean 'Grace Hopper'?\n"
    assert store.tk("assign", "pt-1", "Mary Somerville").stderr == ""
