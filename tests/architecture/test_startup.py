"""What each command loads: start-up is most of what a small command costs.

A command is run as its users run it, and the modules that it loaded are compared with what it may
load beyond what Python and click load by themselves. To find out who imports a module that should
not be there, run the command under `python -X importtime -m plaintickets …`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import pytest

from builders import NOW
from built_once import built_once

if TYPE_CHECKING:
    from pathlib import Path

    from builders import Repository

# Modules, with all below them, that cost enough to be worth asking for.
HEAVY = {
    *("yaml", "frontmatter", "git", "gitdb", "smmap", "whoosh", "rich", "markdown_it", "pygments", "wcwidth"),
    *("textual", "starlette", "uvicorn", "jinja2", "mcp", "anyio", "pydantic", "apprise"),
    *("subprocess", "json", "sqlite3", "dataclasses", "pathlib", "urllib", "ipaddress", "tempfile", "shutil"),
    *("textwrap", "logging", "argparse", "email", "http", "socket", "ssl", "asyncio", "concurrent", "pydoc"),
    *("unittest", "difflib", "random", "hashlib", "secrets", "decimal", "fractions", "statistics", "csv"),
    *("multiprocessing", "importlib.metadata", "importlib.resources", "zoneinfo", "calendar", "zlib"),
    *("unicodedata", "select", "selectors", "fcntl", "array", "heapq", "bisect", "copy", "queue", "pickle"),
}
READ: frozenset[str] = frozenset()
JSON = frozenset({"json"})
GIT = frozenset({"subprocess", "select", "selectors", "fcntl"})
# The state of the store: git for the branch and the latest commits, and the first tickets of each section.
OVERVIEW = GIT | {"heapq"}
# GitPython's runner, which runs git for all that writes, with what it imports; the rest of GitPython is not loaded.
GITPYTHON = GIT | {
    *("smmap", "hashlib", "ipaddress", "logging", "pathlib", "shutil", "textwrap", "urllib", "zlib"),
}
# The writer: git, the journal and its checksums.
WRITE = GITPYTHON | {"json", "hashlib"}
# Filing a ticket also asks the index of likely duplicates, which is Whoosh's, with all that Whoosh imports.
WHOOSH = frozenset(
    {"whoosh", "bisect", "calendar", "copy", "decimal", "heapq", "pickle", "queue", "random", "shutil", "tempfile"}
)
FILE = WRITE | WHOOSH | {"dataclasses", "array", "unicodedata"}
QUERY = frozenset({"unicodedata"})
# The changes of a branch are read from the history. Without articles and calendars, what is theirs is not loaded.
CHECK = GIT | frozenset({"copy", "dataclasses", "heapq", "queue", "unicodedata"})
# A table measures its texts; without policies it needs no history and no time zones.
TABLE = frozenset({"bisect", "hashlib", "random", "secrets", "textwrap", "unicodedata", "wcwidth"})
# click looks for near long options before it tries a short one.
SHORT_OPTION = frozenset({"difflib", "heapq"})


class Run(NamedTuple):
    """A command line and the heavy modules that it may load."""

    line: str
    allowed: frozenset[str]


RUNS = [
    Run("ls", READ),
    Run("ls --all", READ),
    Run("ls --format table", TABLE),
    Run("ls -T ui -p 1 --sort priority,-created --limit 3", SHORT_OPTION),
    Run("ls --json", JSON),
    Run("ls status:open", QUERY),
    Run("show pr-1", READ),
    Run("show --json pr-1", JSON),
    Run("status", OVERVIEW),
    Run("next", GIT),
    Run("ready", READ),
    Run("blocked", READ),
    Run("closed", READ),
    Run("blockers", QUERY),
    Run("blockers pr-1", READ),
    Run("blockers --for pr-1", READ),
    Run("dep tree pr-2", READ),
    Run("dep cycle", READ),
    Run("--version", READ),
    Run("check", CHECK),
    Run("close pr-1", WRITE),
    Run("start pr-1", WRITE),
    Run("tag pr-1 ui", WRITE),
    Run("assign pr-1 Bo", WRITE),
    Run("set pr-1 priority=1", WRITE),
    Run("comment pr-1 text", WRITE),
    Run("dep pr-1 pr-3", WRITE),
    Run("link pr-1 pr-3", WRITE),
    Run("new Title", FILE),
    Run("new Title --no-check-duplicates", WRITE),
]
PROBE = """
import sys
import click
before = set(sys.modules)
from plaintickets.cli import main
try:
    main(sys.argv[2:])
finally:
    with open(sys.argv[1], "w") as file:
        file.write("\\n".join(sorted(set(sys.modules) - before)))
"""


@pytest.fixture
@built_once
def store(repository: Repository) -> Repository:
    """Three tickets, one of which waits for another."""
    repository.tk.write("pr-1", "First", deps="pr-2", more="tags: [ui]\n")
    repository.tk.write("pr-2", "Second")
    repository.tk.write("pr-3", "Third", status="closed")
    repository.commit_all()
    return repository


def loaded(repository: Repository, line: str, note: Path) -> set[str]:
    """The modules that a command loads beyond those of Python and click; the command must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(note), *line.split()],
        cwd=repository.folder,
        env={**repository.tk.environment, "TK_NOW": NOW},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    assert "Error" not in done.stderr, done.stderr
    return set(note.read_text("utf-8").split("\n"))


def heavy(modules: set[str]) -> set[str]:
    """Those of the heavy modules that are among the loaded ones, or have a part that is."""
    return {name for name in HEAVY if name in modules or any(part.startswith(f"{name}.") for part in modules)}


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.line)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(run: Run, store: Repository, tmp_path: Path) -> None:
    found = heavy(loaded(store, run.line, tmp_path / "loaded"))
    extra = sorted(found - run.allowed)
    assert not extra, (
        f"`tk {run.line}` loads {', '.join(extra)}. See who imports it with\n"
        f"    python -X importtime -m plaintickets {run.line}\n"
        "and import it inside the function that needs it; or, if the command does need it, add it to RUNS."
    )


def test_the_version_loads_nothing_that_reads_tickets(store: Repository, tmp_path: Path) -> None:
    found = loaded(store, "--version", tmp_path / "loaded")
    reading = {"document", "frontmatter", "query", "config", "commits", "process", "actions", "commands"}
    assert not {name for name in found if name.startswith("plaintickets.") and reading & set(name.split("."))}


def test_a_large_store_is_listed_without_git_and_yaml(store: Repository, tmp_path: Path) -> None:
    for number in range(400):
        store.tk.write(f"pr-x{number}", f"Ticket {number}")
    store.commit_all()
    loaded(store, "ls", tmp_path / "cold")
    warm = heavy(loaded(store, "ls", tmp_path / "warm"))
    assert warm <= {"sqlite3", "zlib"}


def test_a_change_starts_git_for_nothing_but_its_commit(store: Repository, tmp_path: Path) -> None:
    log, folder = tmp_path / "git.log", tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >>"{log}"\nexec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    path = f"{folder}{os.pathsep}{store.tk.environment['PATH']}"
    assert store.tk("tag", "pr-1", "ui2", env={"PATH": path}).code == 0
    started = [line.split() for line in log.read_text("utf-8").splitlines()]
    assert [[word for word in words if word in {"commit", "diff-tree"}] for words in started] == [
        ["commit"],
        ["diff-tree"],
    ]


def test_whoever_imports_git_after_a_change_gets_all_of_gitpython(store: Repository) -> None:
    script = (
        "from plaintickets.git.gitpython import runner\n"
        "run_git, _ = runner()\n"
        "import git\n"
        "print(run_git('.').execute(['git', 'rev-parse', 'HEAD']) == git.Repo('.').head.commit.hexsha)\n"
        "print(git.cmd.Git, git.exc.GitError)\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=store.folder, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["True", "<class 'git.cmd.Git'> <class 'git.exc.GitError'>"], done.stderr


def test_a_gitpython_whose_runner_needs_the_rest_of_it_is_imported_whole(tmp_path: Path) -> None:
    origin = find_spec("git")
    assert origin
    assert origin.submodule_search_locations
    shutil.copytree(origin.submodule_search_locations[0], tmp_path / "git")
    with (tmp_path / "git" / "cmd.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom git import __version__\n")
    script = (
        "from plaintickets.git.gitpython import runner\nrun_git, _ = runner()\nimport git\n"
        "print(git.__file__, run_git('.').execute(['git', '--version']))"
    )
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"{tmp_path / 'git' / '__init__.py'} git version"), done.stderr


def test_the_probe_sees_what_a_command_loads(store: Repository, tmp_path: Path) -> None:
    assert "json" in heavy(loaded(store, "ls --json", tmp_path / "loaded"))
    assert "plaintickets.commands.ls" in set((tmp_path / "loaded").read_text().split("\n"))
