"""The examples are what their scripts make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from counted_reports import compare_with_git, compare_with_grep
from example_histories import EXAMPLES, NAMES, copied, made_history, make_history
from gitwork import git

if TYPE_CHECKING:
    from pathlib import Path

    from store_files import Tk


@pytest.mark.slow
@pytest.mark.only_plaintickets
def test_the_script_makes_the_tickets_that_stand_beside_it(tk: Tk, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = made(tk, "bugtracker", tmp_path_factory)
    assert len(git(tk, "log", "--format=%an", cwd=folder).splitlines()) > 40
    assert tk("doctor", cwd=folder).code == 0
    assert "Events are an hour late" in tk("ready", cwd=folder).lines[0]
    assert "Release 2.0" in tk("blocked", cwd=folder).stdout
    assert tk("ls", "@triage", cwd=folder).lines
    compare_with_grep(tk, folder)
    compare_with_git(tk, folder)


@pytest.mark.slow
@pytest.mark.only_plaintickets
def test_the_script_makes_the_desk_that_stands_beside_it(tk: Tk, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = made(tk, "helpdesk", tmp_path_factory)
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
@pytest.mark.parametrize("example", NAMES)
def test_a_folder_with_something_in_it_is_left_alone(tk: Tk, example: str) -> None:
    (tk.folder / "mine.txt").write_text("mine\n")
    assert make_history(tk.command, example, tk.folder).returncode == 3
    assert [path.name for path in tk.folder.iterdir()] == ["mine.txt"]


def made(tk: Tk, example: str, factory: pytest.TempPathFactory) -> Path:
    """Compare what the script of an example makes with the tickets beside it, and return a copy of it."""
    folder = copied(made_history(tk.command, example, factory), tk.folder / "made")
    expected = _files(EXAMPLES / example / ".tickets")
    assert len(expected) > 15
    assert {name: text for name, text in _files(folder / ".tickets").items() if name in expected} == expected
    assert git(tk, "status", "--porcelain", cwd=folder) == ""
    return folder


def _files(store: Path) -> dict[str, str]:
    found = (path for path in store.rglob("*") if path.is_file())
    return {str(path.relative_to(store)): path.read_text(encoding="utf-8") for path in found}
