"""Plug-ins that run in the place of a built-in command are named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk

pytestmark = pytest.mark.only_plaintickets


def test_a_plugin_that_hides_a_command_is_named_once_on_stderr(tk: Tk) -> None:
    tk.write("a-1")
    tk.plugin("tk-hello", "echo hello\n")
    env = tk.plugin("tk-show", "echo mine\n")
    first = tk("show", "a-1", env=env)
    path = f"{env['PATH'].split(':')[0]}/tk-show"
    assert first.stdout == "mine\n"
    assert first.stderr == f"note: `tk show` is the plug-in {path}; `tk super show` runs the built-in command\n"
    assert tk("show", "a-1", env=env).stderr == ""
    assert tk("hello", env=env).stderr == ""


def test_without_a_folder_for_states_it_is_named_each_time_and_runs(tk: Tk) -> None:
    env = {**tk.plugin("tk-ls", "echo mine\n"), "XDG_STATE_HOME": "/dev/null"}
    for _ in range(2):
        done = tk("ls", env=env)
        assert (done.stdout, "tk super ls" in done.stderr) == ("mine\n", True)


def test_the_doctor_advises_about_it(tk: Tk) -> None:
    tk.write("a-1")
    tk.plugin("tk-hello", "echo hello\n")
    env = tk.plugin("tk-close", "echo mine\n")
    found = json.loads(tk("doctor", "--json", env=env).stdout)
    named = [one for part in found.values() if isinstance(part, list) for one in part if "hiding-plugin" in str(one)]
    assert len(named) == 1
    assert "tk-close" in str(named[0])
