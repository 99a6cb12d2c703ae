"""Executables on PATH as commands."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk


@pytest.mark.parametrize("prefix", ["tk", "ticket"])
def test_an_executable_is_a_command(tk: Tk, prefix: str) -> None:
    env = tk.plugin(f"{prefix}-hello", 'echo "hello $#: $*"\nexit 7\n')
    done = tk("hello", "two words", "--flag", "-x", env=env)
    assert (done.stdout, done.code) == ("hello 3: two words --flag -x\n", 7)


def test_a_plugin_reads_stdin(tk: Tk) -> None:
    env = tk.plugin("tk-upper", "tr a-z A-Z\n")
    assert tk("upper", stdin="abc", env=env).stdout == "ABC"


def test_tk_wins_over_ticket(tk: Tk) -> None:
    tk.plugin("ticket-which", "echo ticket\n")
    env = tk.plugin("tk-which", "echo tk\n")
    assert tk("which", env=env).stdout == "tk\n"


@pytest.mark.parametrize("name", ["create", "ls", "show", "close"])
def test_a_plugin_wins_over_the_command_of_its_name(tk: Tk, name: str) -> None:
    tk.write("a-1")
    env = tk.plugin(f"tk-{name}", "echo mine\n")
    assert tk(name, "a-1", env=env).stdout == "mine\n"


def test_super_runs_the_built_in(tk: Tk) -> None:
    tk.write("a-1")
    env = tk.plugin("tk-close", "echo mine\n")
    assert tk("super", "close", "a-1", env=env).stdout == "Updated a-1 -> closed\n"


def test_super_finds_no_plugins(tk: Tk) -> None:
    tk.write("a-1")
    env = tk.plugin("tk-hello", "echo mine\n")
    refused = tk("super", "hello", env=env)
    assert refused.code != 0
    assert refused.stdout == ""


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_cannot_be_replaced(tk: Tk, word: str) -> None:
    env = tk.plugin("tk-help", "echo mine\n")
    tk.plugin("tk---help", "echo mine\n")
    tk.plugin("tk--h", "echo mine\n")
    assert "add-note" in tk(word, env=env).stdout


def test_a_plugin_is_told_where_the_store_is(tk: Tk) -> None:
    tk.write("a-1")
    inner = tk.folder / "src/deep"
    inner.mkdir(parents=True)
    env = tk.plugin("tk-where", 'echo "$TICKETS_DIR"; pwd\n')
    assert tk("where", env=env, cwd=inner).lines == [str(tk.store), str(inner)]


def test_a_plugin_runs_without_a_store_and_is_told_none(tk: Tk) -> None:
    env = tk.plugin("tk-where", 'echo "${TICKETS_DIR-unset}"\n')
    assert tk("where", env=env).stdout == "unset\n"


def test_a_tickets_dir_that_is_not_there_stops_a_plugin(tk: Tk) -> None:
    env = tk.plugin("tk-where", "echo ran\n") | {"TICKETS_DIR": "gone"}
    refused = tk("where", env=env)
    assert refused.code != 0
    assert refused.stdout == ""
    assert "Error: tickets directory 'gone' does not exist" in refused.stderr


def test_tk_script_is_an_absolute_path_that_runs_the_built_ins(tk: Tk) -> None:
    tk.store.mkdir()
    env = tk.plugin("tk-create", 'echo "$TK_SCRIPT"\nexec "$TK_SCRIPT" super create "$@" -p 0\n')
    script, ticket = tk("create", "Wrapped", env=env).lines
    assert os.access(script, os.X_OK)
    assert Path(script).is_absolute()
    assert tk.field(ticket, "priority") == "0"


def test_a_plugin_may_lean_on_another(tk: Tk) -> None:
    tk.store.mkdir()
    tk.plugin("tk-inner", 'echo "inner in $TICKETS_DIR"\n')
    env = tk.plugin("tk-outer", 'exec "$TK_SCRIPT" inner\n')
    assert tk("outer", env=env).stdout == f"inner in {tk.store}\n"


def test_a_file_that_may_not_be_run_is_no_plugin(tk: Tk) -> None:
    tk.write("a-1")
    env = tk.plugin("tk-hello", "echo mine\n")
    (tk.folder.parent / "plugins/tk-hello").chmod(0o644)
    assert tk("hello", env=env).code != 0


def listed(text: str) -> dict[str, str]:
    """Command -> description, of the plug-ins that `help` lists."""
    lines = [re.fullmatch(r"  (\S+) {2,}(.+)", line) for line in text.splitlines()]
    return {found[1]: found[2] for found in lines if found}


def test_help_lists_the_plugins_with_their_descriptions(tk: Tk) -> None:
    tk.plugin("tk-said", "# tk-plugin: Says it in a comment\necho ran\n")
    tk.plugin("ticket-said", "# tk-plugin: Never seen\n")
    tk.plugin("ticket-told", '[ "$1" = --tk-describe ] && echo "tk-plugin: Says it when asked"\n')
    tk.plugin("tk-silent", "echo anything\n")
    tk.plugin("tk-late", "#\n" * 10 + "# tk-plugin: Too far down\n")
    env = tk.plugin("tk-failing", '[ "$1" = --tk-describe ] && echo "tk-plugin: x"\nexit 1\n')
    found = listed(tk("help", env=env).stdout)
    assert found["said"] == "Says it in a comment"
    assert found["told"] == "Says it when asked"
    for name in ("silent", "late", "failing"):
        assert found[name] == "(no description)"


def test_help_runs_no_plugin_that_describes_itself_in_a_comment(tk: Tk) -> None:
    mark = tk.folder / "ran"
    env = tk.plugin("tk-said", f"# tk-plugin: In a comment\ntouch '{mark}'\n")
    assert listed(tk("help", env=env).stdout)["said"] == "In a comment"
    assert not mark.exists()


def test_help_waits_for_no_plugin_that_hangs(tk: Tk) -> None:
    env = tk.plugin("tk-hangs", "exec sleep 300\n")
    assert listed(tk("help", env=env).stdout)["hangs"] == "(no description)"
