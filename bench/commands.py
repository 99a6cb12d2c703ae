"""Measures whole commands beside bare Python, Python with click, `git commit` and, if given, the bash tool.

    python bench/commands.py [--sizes 10,10000] [--runs 9] [--peer PATH] [--only WORD | --write]

Every round runs each command once, one after the other, so that what else the machine does falls on
all of them; the median of the rounds counts. CPU is user and system time, children included. A
command's ratio is its CPU time by that of Python importing click in the same rounds; of a command
that commits, the CPU time of a plain `git commit --only` of one file is taken off before.
`--write` puts the tables into docs/performance.md, whole, with the options that they were made with; so it
goes with every row, and not with `--only`. A size that was not measured keeps its table.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus import ticket_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
SEARCHED = 10_000  # tickets up to which the indexes of search and duplicates are built for the bench
TK = os.path.join(os.path.dirname(sys.executable), "tk")
REFERENCE = "Python + click"
COMMIT = "git commit --only, one file"
COMPLETED = (
    "show ",
    "reopen ",
    "set ",
    "ls -T ",
    "ls -a ",
    "ls tag:",
    "ls parent:",
)  # lines at whose end Tab is pressed
# The goals: ratios to Python with click, for about 10, 10,000 and 100,000 tickets.
GOALS: dict[str, tuple[float | None, float, float]] = {
    "tk --version": (1.1, 1.5, 3.0),
    "completion of an id": (1.1, 1.5, 3.0),
    **{f"completion of `{line}`": (1.3, 1.5, 3.0) for line in COMPLETED},
    "tk ls": (1.3, 2.0, 8.0),
    "tk show": (1.3, 2.0, 8.0),
    "tk ready": (1.3, 2.2, 9.0),
    "tk blocked": (1.3, 2.2, 9.0),
    "tk blockers": (1.3, 2.2, 9.0),
    "tk blockers ID": (1.3, 2.2, 9.0),
    "tk ls --json": (1.5, 3.5, 16.0),
    "tk check": (None, 10.0, 80.0),
    "tk new": (3.6, 4.0, 8.0),
    "tk new --no-check-duplicates": (3.6, 4.0, 8.0),
    "tk close": (3.6, 4.0, 8.0),
    "tk search, warm": (3.5, 4.0, 8.0),
    "tk log ID": (3.0, 4.0, 4.0),
}


class Sample(NamedTuple):
    """One run of a process with its children."""

    cpu_ms: float
    wall_ms: float
    peak_mib: float


class Case(NamedTuple):
    """A command to measure. `arguments` are made anew for every run; `commits` says that it makes a commit."""

    name: str
    arguments: Callable[[], list[str]]
    commits: bool = False
    variables: dict[str, str] = {}  # noqa: RUF012 - never changed
    codes: tuple[int, ...] = (0,)


class Result(NamedTuple):
    """The medians of a command, and its ratio to the reference."""

    name: str
    sample: Sample
    ratio: float


def run(case: Case, folder: Path, environment: dict[str, str]) -> Sample:
    """Runs a command to its end; raises RuntimeError where it fails."""
    arguments = case.arguments()
    place = os.open(os.devnull, os.O_RDWR)
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        redirections = [(os.POSIX_SPAWN_DUP2, place, 0), (os.POSIX_SPAWN_DUP2, place, 1)]
        process = os.posix_spawnp(
            "env",
            ["env", "-C", str(folder), *arguments],
            {**environment, **case.variables},
            file_actions=[*redirections, (os.POSIX_SPAWN_DUP2, errors.fileno(), 2)],
        )
        _, status, used = os.wait4(process, 0)
        wall = time.perf_counter() - started
        os.close(place)
        if os.waitstatus_to_exitcode(status) not in case.codes:
            errors.seek(0)
            raise RuntimeError(f"{case.name}: {' '.join(arguments)}: {errors.read().decode(errors='replace')}")
    return Sample(1000 * (used.ru_utime + used.ru_stime), 1000 * wall, used.ru_maxrss / 1024)


def measure(cases: list[Case], folder: Path, environment: dict[str, str], runs: int) -> list[Result]:
    """The medians of interleaved runs; the first round, which fills caches, does not count."""
    samples: dict[str, list[Sample]] = {case.name: [] for case in cases}
    for number in range(runs + 1):
        for case in cases:
            sample = run(case, folder, environment)
            if number:
                samples[case.name].append(sample)
    medians = {name: Sample(*map(statistics.median, zip(*rows, strict=True))) for name, rows in samples.items()}
    unit = medians[REFERENCE].cpu_ms
    beyond = medians[COMMIT].cpu_ms if COMMIT in medians else 0.0
    return [
        Result(case.name, found, (found.cpu_ms - (beyond if case.commits else 0)) / unit)
        for case, found in ((case, medians[case.name]) for case in cases)
    ]


def fixed(*arguments: str) -> Callable[[], list[str]]:
    """The same arguments for every run."""
    return lambda: list(arguments)


def references() -> list[Case]:
    """What everything else is compared with."""
    return [
        Case("bare Python", fixed(sys.executable, "-c", "pass")),
        Case(REFERENCE, fixed(sys.executable, "-c", "import click")),
    ]


def plain_commit(folder: Path, name: str = f".tickets/{ticket_id(0)}.md") -> Case:
    """What git alone needs to commit a change of one file."""
    numbers = count()

    def commit() -> list[str]:
        path = folder / name
        with path.open("a", encoding="utf-8") as file:
            file.write(f"Line {next(numbers)}.\n")
        return ["git", "commit", "--quiet", "--only", "--message", "one file", "--", str(path)]

    return Case(COMMIT, commit)


def open_ids(folder: Path) -> Iterator[str]:
    """The ids of the open tickets, each once; then one that is opened again each time."""
    for path in sorted((folder / ".tickets").glob("*.md")):
        if "\nstatus: open\n" in path.read_text("utf-8"):
            yield path.stem
    path = folder / ".tickets" / f"{ticket_id(1)}.md"
    while True:
        path.write_text(path.read_text("utf-8").replace("\nstatus: closed\n", "\nstatus: open\n"), encoding="utf-8")
        git = ["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
        subprocess.run([*git, "commit", "--quiet", "--all", "--message", "open again"], cwd=folder, check=False)
        yield path.stem


def completing(what: str, line: str) -> Case:
    """What bash runs when Tab is pressed at the end of a line."""
    words = {"_TK_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": "-1"}
    return Case(f"completion of {what}", fixed(TK), variables=words)


def reading(tickets: int) -> list[Case]:
    """The commands of tk that change nothing, in a store that nothing changes meanwhile."""
    one = ticket_id(tickets // 2)
    cases = [
        Case("tk --version", fixed(TK, "--version")),
        completing("an id", f"tk show {one[:-1]}"),
        *(completing(f"`{line}`", f"tk {line}") for line in COMPLETED),
        Case("tk ls", fixed(TK, "ls")),
        Case("tk ls --json", fixed(TK, "ls", "--json")),
        Case("tk show", fixed(TK, "show", one)),
        Case("tk ready", fixed(TK, "ready")),
        Case("tk blocked", fixed(TK, "blocked")),
        Case("tk blockers", fixed(TK, "blockers"), codes=(0, 1)),
        Case("tk blockers ID", fixed(TK, "blockers", one), codes=(0, 1)),
        Case("tk log ID", fixed(TK, "log", one)),
        Case("tk check", fixed(TK, "check"), codes=(0, 1)),
    ]
    if tickets <= SEARCHED:
        cases.append(Case("tk search, warm", fixed(TK, "search", "parser", "crash")))
    return cases


def writing(folder: Path) -> list[Case]:
    """The commands of tk that commit, and a listing that finds what changed."""
    closing, titles = open_ids(folder), count()
    return [
        Case("tk new", lambda: [TK, "new", f"A title of some words {next(titles)}"], commits=True),
        Case(
            "tk new --no-check-duplicates",
            lambda: [TK, "new", "--no-check-duplicates", f"A title of some words {next(titles)}"],
            commits=True,
        ),
        Case("tk close", lambda: [TK, "close", next(closing)], commits=True),
        Case("tk ls, after changes", fixed(TK, "ls")),
    ]


def peers(path: str, tickets: int) -> list[Case]:
    """The bash tool with its plug-ins, for what both can and needs no commit, which it does not make."""
    one = ticket_id(tickets // 2)
    beside = os.path.dirname(path)
    found = {"PATH": f"{os.environ['PATH']}{os.pathsep}{beside}{os.pathsep}{beside}/plugins"}
    cases = [
        Case("bash tool ls", fixed(path, "ls")),
        Case("bash tool show", fixed(path, "show", one)),
        Case("bash tool ready", fixed(path, "ready")),
        Case("bash tool blocked", fixed(path, "blocked")),
    ]
    return [case._replace(variables=found) for case in cases]


def prepared(tickets: int, work: Path) -> tuple[Path, dict[str, str]]:
    """A fresh copy of the store of a size, and the environment to run in."""
    kept = ROOT / ".bench" / str(tickets)
    if not kept.is_dir():
        kept.parent.mkdir(exist_ok=True)
        subprocess.run([sys.executable, str(ROOT / "bench" / "corpus.py"), str(kept), str(tickets)], check=True)
    folder = work / str(tickets)
    subprocess.run(["cp", "-R", str(kept), str(folder)], check=True)
    (work / ".gitconfig").write_text("[user]\n\tname = Bench\n\temail = bench@example.org\n[gc]\n\tauto = 0\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(work), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
    # `tk blockers` writes nothing, so somebody else has to fill the cache that it reads.
    for _ in range(2):
        subprocess.run([TK, "ls"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
        time.sleep(0.2)  # a file that is younger than a tick of the clock is not trusted
    if tickets <= SEARCHED:
        # The index of duplicates, which `tk new` asks, is built by whoever first looks for them.
        subprocess.run(
            [TK, "similar", ticket_id(0)], cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True
        )
    return folder, environment


def goal(name: str, tickets: int) -> str:
    """The goal for a command at a size, as the table shows it."""
    goals = GOALS.get(name, (None, None, None))
    aimed = goals[0 if tickets <= 1000 else 1 if tickets <= 10_000 else 2]
    return "" if aimed is None else str(aimed)


def table(results: list[Result], tickets: int) -> str:
    """The results of one size, in Markdown."""
    lines = [
        "| command | CPU ms | wall ms | peak MiB | ratio | goal |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {sample.cpu_ms:,.0f} | {sample.wall_ms:,.0f} | {sample.peak_mib:,.0f} | {ratio:.2f} "
            f"| {goal(name, tickets)} |"
            for name, sample, ratio in results
        ),
    ]
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on, without a name; the load says how far to trust the wall times."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    load = f"a load of {os.getloadavg()[0]:.0f}"
    return f"{os.cpu_count()} cores under {load}, {platform.system()}, Python {platform.python_version()}, git {git}"


def write(page: Path, tables: dict[int, str], options: str) -> None:
    """Puts tables into the page, each between its marks; what was not measured stays."""
    text = page.read_text("utf-8")
    for tickets, found in tables.items():
        begin, end = f"<!-- {tickets} tickets -->", f"<!-- end of {tickets} tickets -->"
        place = re.search(f"{re.escape(begin)}.*?{re.escape(end)}", text, re.DOTALL)
        if place is None:
            sys.exit(f"{page.name} has no place for {tickets} tickets: {begin} … {end}")
        how = f'Measured on {machine()}, by `make bench BENCH="--sizes {tickets} {options} --write"`.'
        new = f"{begin}\n{how}\n\n{found}\n{end}"
        text = text[: place.start()] + new + text[place.end() :]
    page.write_text(text, encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="10,10000", help="numbers of tickets, separated by commas")
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("--peer", help="the executable of the bash tool; without it the peer is left out")
    options.add_argument("--only", default="", help="measure the commands whose name holds this word only")
    options.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options.add_argument("--page", type=Path, default=PAGE, help="the page that --write puts the tables into")
    asked = options.parse_args()
    if asked.write and asked.only:
        options.error("--write puts whole tables into the page, so it does not go with --only")
    tables: dict[int, str] = {}
    for tickets in map(int, asked.sizes.split(",")):
        work = Path(tempfile.mkdtemp(prefix="tk-bench-"))
        try:
            folder, environment = prepared(tickets, work)
            beside = peers(os.path.abspath(asked.peer), tickets) if asked.peer else []
            cases = [case for case in reading(tickets) if asked.only in case.name]
            results = measure([*references(), *cases, *beside], folder, environment, asked.runs)
            cases = [case for case in writing(folder) if asked.only in case.name]
            results += measure([*references(), plain_commit(folder), *cases], folder, environment, asked.runs)[2:]
        finally:
            shutil.rmtree(work)
        tables[tickets] = table(results, tickets)
        print(f"{tickets:,} tickets, {asked.runs} runs, {machine()}\n\n{tables[tickets]}\n", flush=True)
    if asked.write:
        write(asked.page, tables, f"--runs {asked.runs}" + (" --peer PATH" if asked.peer else ""))


if __name__ == "__main__":
    main()
