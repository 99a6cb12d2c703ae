"""Measures everyday tasks with `tk`, git and Backlog.md: lines of output, and CPU time.

    python bench/comparison.py [--rounds 5] [--backlog PATH] [--write]

Every tool has a new repository with two tickets, which gets a ticket and a comment in each round. In a round the
tools take turns, task by task. CPU is user and system time of the command, children included; the median of the
rounds counts, the lines are those of the last one. Backlog.md takes part if it is installed. gh does not: it needs
an account and the network. `--write` puts the table into docs/comparison.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "comparison.md"
TK = os.path.join(os.path.dirname(sys.executable), "tk")
BEGIN, END = "<!-- bench/comparison.py -->", "<!-- end -->"
TITLE, NOTE = "Parser drops the last line", "Only in files without a final newline."
# A task of a tool is a command; git has no tickets, so that its command is the like of it for a commit.
TASKS: dict[str, dict[str, tuple[str, ...]]] = {
    "create": {
        "tk": ("new", "{title}", "-t", "bug", "-a", "me", "--no-check-duplicates"),
        "Backlog.md": ("task", "create", "{title}", "-l", "bug", "-a", "@ada"),
        "git": ("commit", "--all", "-m", "{title}"),
    },
    "list mine": {
        "tk": ("--color", "always", "ls", "-a", "me"),
        "Backlog.md": ("task", "list", "-a", "@ada", "--plain"),
        "git": ("log", "--oneline", "--author", "ada@example.org"),
    },
    "show": {
        "tk": ("--color", "always", "show", "{first}"),
        "Backlog.md": ("task", "1", "--plain"),
        "git": ("show", "HEAD"),
    },
    "start": {"tk": ("start", "{first}"), "Backlog.md": ("task", "edit", "1", "-s", "In Progress")},
    "comment": {"tk": ("comment", "{first}", NOTE), "Backlog.md": ("task", "edit", "1", "--comment", NOTE)},
    "search": {
        "tk": ("--color", "always", "search", "last line"),
        "Backlog.md": ("search", "last line", "--plain"),
        "git": ("log", "--oneline", "--grep", "last line"),
    },
    "block": {"tk": ("dep", "{second}", "{first}"), "Backlog.md": ("task", "edit", "2", "--dep", "task-1")},
    "what is ready": {"tk": ("--color", "always", "ready")},
    "close": {"tk": ("close", "{first}"), "Backlog.md": ("task", "edit", "1", "-s", "Done")},
    "history of one": {"tk": ("--color", "always", "log", "{first}"), "git": ("log", "--stat", "--", "README")},
    "undo": {"tk": ("undo",), "git": ("revert", "--no-edit", "HEAD")},
    "review in a pull request": {
        "tk": ("--color", "always", "diff", "main..."),
        "git": ("log", "--oneline", "main.."),
    },
}
# What is undone between the rounds, so that each finds what the first one found.
RESET: dict[str, tuple[tuple[str, ...], ...]] = {
    "tk": (("status", "{first}", "open"), ("undep", "{second}", "{first}")),
    "Backlog.md": (("task", "edit", "1", "-s", "To Do"), ("task", "edit", "2", "--clear-deps")),
    "git": (),
}


class Tool(NamedTuple):
    """A program with its repository, and the words that its commands contain."""

    program: str
    folder: Path
    words: dict[str, str]

    def arguments(self, pattern: tuple[str, ...], number: int) -> list[str]:
        """Return the command line of a pattern in a round."""
        return [self.program, *(word.format(title=f"{TITLE} {number}", **self.words) for word in pattern)]


class Sample(NamedTuple):
    """The lines and the CPU time of one command."""

    lines: int
    cpu_ms: float


def environment(home: Path) -> dict[str, str]:
    """Return the environment of every command: a person, and no settings of the user."""
    names = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _PERSON.items()}
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, **names, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "80", "TERM": "xterm-256color"}


_PERSON = {"NAME": "Ada Lovelace", "EMAIL": "ada@example.org"}


def run(arguments: list[str], folder: Path, variables: dict[str, str]) -> Sample:
    """Run a command without a terminal; raise RuntimeError if it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            arguments, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {errors.read().decode(errors='replace')}")
        return Sample(len(out.read().splitlines()), 1000 * (used.ru_utime + used.ru_stime))


def prepared(name: str, program: str, base: Path, variables: dict[str, str]) -> Tool:
    """Return a tool in a new repository with two tickets, on a branch."""
    folder = base / name
    folder.mkdir()

    def call(*words: str) -> str:
        done = subprocess.run(words, cwd=folder, env=variables, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    call("git", "init", "-q", "-b", "main")
    (folder / "README").write_text("A project.\n", encoding="utf-8")
    call("git", "add", "README")
    call("git", "commit", "-q", "-m", "Begin")
    words: dict[str, str] = {}
    if name == "tk":
        call(program, "init")
    elif name == "Backlog.md":
        call(program, "init", "example", "--defaults", "--integration-mode", "none")
    call("git", "checkout", "-q", "-b", "last-line")
    if name == "tk":
        words = {"first": call(program, "new", TITLE, "-t", "bug", "-a", "me")}
        words["second"] = call(program, "new", "Release 2.0", "-t", "epic")
    elif name == "Backlog.md":
        call(program, "task", "create", TITLE, "-l", "bug", "-a", "@ada")
        call(program, "task", "create", "Release 2.0")
    return Tool(program, folder, words)


def measured(tools: dict[str, Tool], variables: dict[str, str], rounds: int) -> dict[str, dict[str, Sample]]:
    """Return lines and median CPU time by task and tool; a first round, which fills caches, does not count."""
    samples: dict[tuple[str, str], list[Sample]] = {}
    for number in range(rounds + 1):
        with (tools["git"].folder / "README").open("a", encoding="utf-8") as file:
            file.write(f"Line {number}.\n")
        for task, patterns in TASKS.items():
            for name, tool in tools.items():
                if name in patterns:
                    found = run(tool.arguments(patterns[name], number), tool.folder, variables)
                    samples.setdefault((task, name), []).append(found)
        for name, tool in tools.items():
            for pattern in RESET[name]:
                run(tool.arguments(pattern, number), tool.folder, variables)
    return {
        task: {
            name: Sample(samples[task, name][-1].lines, statistics.median(s.cpu_ms for s in samples[task, name][1:]))
            for name in tools
            if name in patterns
        }
        for task, patterns in TASKS.items()
    }


def table(found: dict[str, dict[str, Sample]], names: list[str]) -> list[str]:
    """Return the table as lines of Markdown."""
    heads = [f"{name}, {what}" for what in ("lines", "CPU ms") for name in names]
    rows = []
    for task, samples in found.items():
        lines = [str(samples[name].lines) if name in samples else "–" for name in names]
        times = [f"{samples[name].cpu_ms:.0f}" if name in samples else "–" for name in names]
        rows.append(f"| {' | '.join((task, *lines, *times))} |")
    return [f"| {' | '.join(('task', *heads))} |", f"|---|{'---:|' * len(heads)}", *rows]


def circumstances(tools: dict[str, Tool], variables: dict[str, str], rounds: int) -> str:
    """Return the sentence that says where and with what the table was made."""
    versions = []
    for name, tool in tools.items():
        done = subprocess.run([tool.program, "--version"], env=variables, check=True, capture_output=True, text=True)
        number = re.search(r"\d+(\.\d+)+", done.stdout)
        versions.append(f"{name} {number[0] if number else '?'}")
    today = dt.datetime.now(dt.UTC).date()
    return (
        f"Measured on {today}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"{rounds} rounds: {', '.join(versions)}."
    )


def main() -> None:
    """Measure, print the table, and write it into the page if requested."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backlog", default=shutil.which("backlog"), help="the program of Backlog.md")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    programs = {"tk": TK, "Backlog.md": options.backlog, "git": "git"}
    with tempfile.TemporaryDirectory(prefix="tk-comparison-") as name:
        base = Path(name)
        variables = environment(base)
        tools = {name: prepared(name, program, base, variables) for name, program in programs.items() if program}
        found = measured(tools, variables, options.rounds)
        lines = [circumstances(tools, variables, options.rounds), "", *table(found, list(tools))]
    print("\n".join(lines))
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(f"{BEGIN}\n")
        after = rest.split(f"{END}\n")[1]
        PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
