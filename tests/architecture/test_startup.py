"""What each command loads: start-up is most of what a small command costs.

A command is run as its users run it, and the modules that it loaded are compared with what it may
load beyond what Python and click load by themselves. To find out who imports a module that should
not be there, run the command under `python -X importtime -m plaintickets …`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from builders import NOW

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
# GitPython, which runs git for all that writes, with what its package imports.
GITPYTHON = GIT | {
    *("git", "gitdb", "smmap", "array", "bisect", "calendar", "hashlib", "ipaddress", "logging", "pathlib"),
    *("random", "shutil", "tempfile", "textwrap", "urllib", "zlib"),
}
# The writer: git, the journal and its checksums.
WRITE = GITPYTHON | {"json", "hashlib"}
# Filing a ticket also asks the index of likely duplicates, which is Whoosh's, with all that Whoosh imports.
WHOOSH = frozenset(
    {"whoosh", "bisect", "calendar", "copy", "decimal", "heapq", "pickle", "queue", "random", "shutil", "tempfile"}
)
FILE = WRITE | WHOOSH | {"zlib", "dataclasses", "array", "unicodedata"}
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


def test_the_probe_sees_what_a_command_loads(store: Repository, tmp_path: Path) -> None:
    assert "json" in heavy(loaded(store, "ls --json", tmp_path / "loaded"))
    assert "plaintickets.commands.ls" in set((tmp_path / "loaded").read_text().split("\n"))
