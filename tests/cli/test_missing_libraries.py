"""Where a library cannot be imported, what needs it fails by its name, and nothing else does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from builders import without_library

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

NAMES = {"frontmatter": "python-frontmatter", "yaml": "PyYAML"}


@pytest.fixture(params=sorted(NAMES))
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def without(module: str, tmp_path: Path) -> dict[str, str]:
    """The environment in which the module is not there to be imported."""
    return without_library(tmp_path, module)


def expected(module: str, what: str = "front matter that is not plain lines") -> str:
    return f"{NAMES[module]}, which reads {what}, cannot be imported: No module named '{module}'"


@pytest.mark.parametrize(
    "line", ["ls", "show pt-1", "ready", "blockers", "check", "log", "search x", "close pt-1", "set pt-1 priority=1"]
)
def test_a_ticket_with_other_than_plain_lines_needs_the_library(
    repository: Repository, module: str, without: dict[str, str], line: str
) -> None:
    repository.tk.write("pt-1", more="component: 'a: b'\n")
    repository.commit_all()
    before = (repository.tk.store / "pt-1.md").read_bytes()
    done = repository.tk(*line.split(), env=without)
    assert done.code == 4, done.stdout + done.stderr
    assert (
        f"Error: {expected(module)}\nHint: install it for the Python that runs tk: pip install {NAMES[module]}"
        in done.stderr
    )
    assert (repository.tk.store / "pt-1.md").read_bytes() == before


def test_the_error_is_an_object_where_json_is_asked_for(
    repository: Repository, module: str, without: dict[str, str]
) -> None:
    repository.tk.write("pt-1", more="component: 'a: b'\n")
    done = repository.tk("ls", "--json", env=without)
    error = json.loads(done.stdout or done.stderr)["error"]
    assert (error["message"], error["exit_code"]) == (expected(module), 4)


def test_a_template_needs_the_library(repository: Repository, module: str, without: dict[str, str]) -> None:
    (repository.tk.store / "templates").mkdir(parents=True)
    (repository.tk.store / "templates" / "bug.md").write_text("---\npriority: 1\n---\n## Steps\n")
    done = repository.tk("new", "-t", "bug", "A bug", env=without)
    assert (done.code, expected(module) in done.stderr) == (4, True)
    assert not list(repository.tk.store.glob("*.md"))


def test_settings_need_pyyaml_alone(repository: Repository, module: str, without: dict[str, str]) -> None:
    repository.tk.write("pt-1")
    (repository.tk.store / "config.yml").write_text("queries:\n  mine: 'is:open'\n")
    done = repository.tk("ls", env=without)
    if module == "yaml":
        assert (done.code, expected("yaml", "config.yml") in done.stderr) == (4, True)
    else:
        assert done.code == 0


@pytest.mark.parametrize("line", ["init sub", "new Title", "close pt-1", "comment pt-1 text", "rm pt-1"])
def test_what_commits_needs_gitpython_and_writes_nothing_without_it(
    repository: Repository, tmp_path: Path, line: str
) -> None:
    repository.tk.write("pt-1")
    repository.commit_all()
    (tmp_path / "git.py").write_text("raise ModuleNotFoundError(\"No module named 'git'\", name='git')\n")
    done = repository.tk(*line.split(), env={"PYTHONPATH": str(tmp_path)})
    assert done.code in {4, 5}, done.stdout + done.stderr
    assert "GitPython, which runs git commands that write, cannot be imported" in done.stderr
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("line", ["ls", "show pt-1", "ready", "log", "set pt-1 priority=1 --no-commit"])
def test_what_commits_nothing_does_not_need_gitpython(repository: Repository, tmp_path: Path, line: str) -> None:
    repository.tk.write("pt-1")
    repository.commit_all()
    (tmp_path / "git.py").write_text("raise ModuleNotFoundError(\"No module named 'git'\", name='git')\n")
    assert repository.tk(*line.split(), env={"PYTHONPATH": str(tmp_path)}).code == 0


@pytest.mark.parametrize("line", ["ls", "--version", "new Another"])
def test_without_click_there_is_no_command_line_and_no_traceback(
    repository: Repository, tmp_path: Path, line: str
) -> None:
    """In a process of its own: the one that the tests fork from has click already."""
    environment = {**os.environ, **without_library(tmp_path, "click")}
    command = [sys.executable, "-m", "plaintickets", *line.split()]
    done = subprocess.run(command, cwd=repository.folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "Error: click, which reads the command line, cannot be imported: No module named 'click'\n"
        "Hint: install it for the Python that runs tk: pip install click\n"
    )


def test_plain_tickets_need_no_library(repository: Repository, without: dict[str, str]) -> None:
    repository.tk.write("pt-1")
    repository.commit_all()
    for line in ("ls", "show pt-1", "ready", "close pt-1", "new Second", "log", "check"):
        done = repository.tk(*line.split(), env=without)
        assert done.code == 0, line + done.stdout + done.stderr


@pytest.mark.parametrize(
    ("library", "name", "line", "what"),
    [
        ("wcwidth", "wcwidth", "ls", "measures text on a terminal"),
        ("markdown_it", "markdown-it-py", "show pt-1", "reads Markdown for a terminal"),
    ],
)
def test_a_library_of_the_terminal_is_missed_there_only(
    repository: Repository, tmp_path: Path, library: str, name: str, line: str, what: str
) -> None:
    repository.tk.write("pt-1", "Café")
    env = without_library(tmp_path, library)
    assert repository.tk(*line.split(), env=env).code == 0
    done = repository.tk("--color", "always", *line.split(), env=env)
    assert (done.code, done.stdout) == (4, "")
    assert f"{name}, which {what}, cannot be imported" in done.stderr
