"""Measures `tk diff` of a branch, as a ratio to what cannot be done with less.

    python bench/diff.py [--tickets 10000] [--changed 100] [--runs 15]

The reference is `git diff --name-only` of the branch, plus Python starting with click and reading the files
that differ. CPU time is user and system time with children; runs take turns and the median counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from commands import TK, Case, fixed, prepared, run
from corpus import ticket_id

if TYPE_CHECKING:
    from collections.abc import Sequence

_READ = """
import subprocess, sys
import click
for path in subprocess.run(["git", "diff", "--name-only", "main", "--", ".tickets"], stdout=-1).stdout.split():
    with open(path, "rb") as file:
        file.read()
"""
GOAL = 2.0


def branch(folder: Path, environment: dict[str, str], changed: int, tickets: int) -> None:
    """Changes every n-th ticket on a branch: status, priority, a paragraph, a comment."""

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True)

    git("branch", "-M", "main")
    git("switch", "--quiet", "-c", "topic")
    for number in range(changed):
        path = folder / ".tickets" / f"{ticket_id(number * tickets // changed)}.md"
        text = path.read_text("utf-8").replace("\nstatus: open\n", "\nstatus: closed\nresolution: fixed\n")
        text = text.replace("\npriority: 2\n", "\npriority: 0\n")
        comment = "\n## Notes\n\n**2026-11-01T00:00:00Z** · Ada Lovelace\n\nSeen again.\n"
        path.write_text(f"{text.rstrip()} And one sentence more.\n{comment}", "utf-8")
    git("commit", "--quiet", "--all", "--message", "a branch")


def measured(cases: Sequence[Case], folder: Path, environment: dict[str, str], runs: int) -> dict[str, float]:
    """The median CPU time of each, in ms; the first round, which fills caches, does not count."""
    rounds = [[run(case, folder, environment).cpu_ms for case in cases] for _ in range(runs + 1)][1:]
    return {case.name: statistics.median(times) for case, times in zip(cases, zip(*rounds, strict=True), strict=True)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tickets", type=int, default=10_000)
    options.add_argument("--changed", type=int, default=100)
    options.add_argument("--runs", type=int, default=15)
    asked = options.parse_args()
    work = Path(tempfile.mkdtemp(prefix="tk-bench-"))
    try:
        folder, environment = prepared(asked.tickets, work)
        branch(folder, environment, asked.changed, asked.tickets)
        reference = Case("git diff --name-only, Python + click, reading", fixed(sys.executable, "-c", _READ))
        others = [
            Case("tk diff", fixed(TK, "diff")),
            Case("tk diff main...", fixed(TK, "diff", "main...")),
            Case("tk diff --format markdown", fixed(TK, "diff", "--format", "markdown")),
            Case("tk diff --json", fixed(TK, "diff", "--json")),
            Case("tk ls --at main", fixed(TK, "ls", "--at", "main")),
            Case("tk branches", fixed(TK, "branches", ticket_id(0))),
        ]
        found = measured([reference, *others], folder, environment, asked.runs)
    finally:
        shutil.rmtree(work)
    print(f"{asked.changed:,} of {asked.tickets:,} tickets changed; goal for `tk diff`: {GOAL}\n")
    print("| command | CPU ms | ratio |\n|---|---:|---:|")
    for name, cpu in found.items():
        print(f"| {name} | {cpu:,.0f} | {cpu / found[reference.name]:.2f} |")


if __name__ == "__main__":
    main()
