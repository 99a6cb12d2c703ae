"""The example is what its script makes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitwork import git

if TYPE_CHECKING:
    from store_files import Tk

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "bugtracker"


def make_history(tk: Tk, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(tk.command).parent), tk.environment["PATH"]])
    return subprocess.run(
        [str(EXAMPLE / "make-history"), str(folder)],
        env={**tk.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
@pytest.mark.only_plaintickets
def test_the_script_makes_the_tickets_that_stand_beside_it(tk: Tk) -> None:
    folder = tk.folder / "almanac"
    made = make_history(tk, folder)
    assert made.returncode == 0, made.stderr
    expected = _files(EXAMPLE / ".tickets")
    assert len(expected) > 15
    assert {name: text for name, text in _files(folder / ".tickets").items() if name in expected} == expected
    assert git(tk, "status", "--porcelain", cwd=folder) == ""
    assert len(git(tk, "log", "--format=%an", cwd=folder).splitlines()) > 40
    assert tk("doctor", cwd=folder).code == 0
    assert "Events are an hour late" in tk("ready", cwd=folder).lines[0]
    assert "Release 2.0" in tk("blocked", cwd=folder).stdout
    assert tk("ls", "@triage", cwd=folder).lines


@pytest.mark.only_plaintickets
def test_a_folder_with_something_in_it_is_left_alone(tk: Tk) -> None:
    (tk.folder / "mine.txt").write_text("mine\n")
    assert make_history(tk, tk.folder).returncode == 3
    assert [path.name for path in tk.folder.iterdir()] == ["mine.txt"]


def _files(store: Path) -> dict[str, str]:
    found = (path for path in store.rglob("*") if path.is_file())
    return {str(path.relative_to(store)): path.read_text(encoding="utf-8") for path in found}
