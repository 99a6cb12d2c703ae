"""The examples are what their scripts make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from counted_reports import compare_with_git, compare_with_grep
from gitwork import git
from prefork.start import quick

if TYPE_CHECKING:
    from store_files import Tk

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def make_history(tk: Tk, example: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(quick(tk.command)).parent), tk.environment["PATH"]])
    return subprocess.run(
        [str(EXAMPLES / example / "make-history"), str(folder)],
        env={**tk.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
@pytest.mark.only_plaintickets
def test_the_script_makes_the_tickets_that_stand_beside_it(tk: Tk) -> None:
    folder = made(tk, "bugtracker")
    assert len(git(tk, "log", "--format=%an", cwd=folder).splitlines()) > 40
    assert tk("doctor", cwd=folder).code == 0
    assert "Events are an hour late" in tk("ready", cwd=folder).lines[0]
    assert "Release 2.0" in tk("blocked", cwd=folder).stdout
    assert tk("ls", "@triage", cwd=folder).lines
    compare_with_grep(tk, folder)
    compare_with_git(tk, folder)


@pytest.mark.slow
@pytest.mark.only_plaintickets
def test_the_script_makes_the_desk_that_stands_beside_it(tk: Tk) -> None:
    folder = made(tk, "helpdesk")
    assert len(set(git(tk, "log", "--format=%an", cwd=folder).splitlines())) >= 5
    for command in ("doctor", "check", "sla test"):
        asked = tk(*command.split(), cwd=folder)
        assert asked.code == 0, asked.stdout
    assert 60 <= len(tk("query", cwd=folder).lines) <= 100
    compare_with_grep(tk, folder)
    now = {"TK_NOW": "2026-11-23T09:30:00Z"}
    assert "Bank transfers are matched twice" in tk("ls", "@late", cwd=folder, env=now).stdout
    assert "Who has logged in to our shop?" in tk("ls", "@soon", cwd=folder, env=now).stdout
    due = tk("tick", "--dry-run", cwd=folder, env=now).stdout
    assert all(f" {rule}: " in due for rule in ("escalate", "still-there", "stale", "backups"))


@pytest.mark.only_plaintickets
@pytest.mark.parametrize("example", ["bugtracker", "helpdesk"])
def test_a_folder_with_something_in_it_is_left_alone(tk: Tk, example: str) -> None:
    (tk.folder / "mine.txt").write_text("mine\n")
    assert make_history(tk, example, tk.folder).returncode == 3
    assert [path.name for path in tk.folder.iterdir()] == ["mine.txt"]


def made(tk: Tk, example: str) -> Path:
    """Run the script of an example, compare the result with the tickets beside it, and return its folder."""
    folder = tk.folder / "made"
    run = make_history(tk, example, folder)
    assert run.returncode == 0, run.stderr
    expected = _files(EXAMPLES / example / ".tickets")
    assert len(expected) > 15
    assert {name: text for name, text in _files(folder / ".tickets").items() if name in expected} == expected
    assert git(tk, "status", "--porcelain", cwd=folder) == ""
    return folder


def _files(store: Path) -> dict[str, str]:
    found = (path for path in store.rglob("*") if path.is_file())
    return {str(path.relative_to(store)): path.read_text(encoding="utf-8") for path in found}
