"""The reliability scorecard: `python tests/soak/run.py [--seed N] [--seconds N] [--share N] [--write] [S1 S2 …]`.

Each row is one run with the figure that it has to reach. A row that this machine cannot run says so.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from blackbox import run as blackbox
from soak import derived, documents, failing, fuzz, ground, hostile, kills, laws, merging, sharing, states, together

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_START, _END = "<!-- scorecard -->\n", "<!-- end of scorecard -->\n"
_SHOWN = 20


class Asked(NamedTuple):
    """What the runs get: a seed, after how many seconds those that repeat may end, and which share of each is made."""

    seed: int
    seconds: float
    share: float = 1.0

    def of(self, number: int) -> int:
        """The share of a number, at least 1."""
        return max(1, round(number * self.share))

    @property
    def every(self) -> int:
        """Of a row of things, only each so many-th is done."""
        return max(1, round(1 / self.share))


class Counted(NamedTuple):
    """What a run did, in words, and every broken promise; `skipped` says why it could not run, or not in whole."""

    done: str
    faults: list[str]
    skipped: str = ""


class Row(NamedTuple):
    """A row of the scorecard: what is run, what is counted, the figure, and the run itself."""

    run: str
    counted: str
    figure: str
    go: Callable[[Path, Asked], Counted]


def flat(*parts: dict[str, list[str] | int]) -> Counted:
    """The numbers of a run in words, and its faults by the name of what they break."""
    done = ", ".join(
        f"{value} {name}" for counted in parts for name, value in counted.items() if isinstance(value, int)
    )
    rows = [(name, found) for counted in parts for name, found in counted.items() if isinstance(found, list)]
    return Counted(done, [f"{name}: {fault}" for name, found in rows for fault in found])


def _s5(base: Path, asked: Asked) -> Counted:
    base.mkdir()
    shim = failing.build(base)
    if shim is None:
        return Counted("nothing", [], "no C compiler")
    failed, found, left = failing.fail_each(shim, failing.series(), seconds=asked.seconds, every=asked.every)
    return Counted(f"{failed} failed calls", found, f"{left} series for want of time" if left else "")


def _s6(base: Path, asked: Asked) -> Counted:
    base.mkdir()
    full = failing.fill(base / "disks", failing.FREE[-asked.of(len(failing.FREE)) :])
    count, found = failing.limited(base / "limits", failing.LIMITS[: asked.of(len(failing.LIMITS))])
    if full is None:
        return Counted(f"{count} limits", found, "a full disk: nothing can be mounted")
    return Counted(f"{full[0]} levels, {count} limits", full[1] + found)


def _s7(base: Path, asked: Asked) -> Counted:
    importlib.import_module("soak.clonestates")  # enters its states into the table
    entered, missing, found = states.run_all(base, every=asked.every)
    faults = [f"{name}: {fault}" for name, rows in found.items() for fault in rows]
    return Counted(f"{entered} states", faults, ", ".join(missing))


def _s8(base: Path, asked: Asked) -> Counted:
    count, found = hostile.try_all(base, every=asked.every)
    return Counted(f"{count} hostile files and inputs", found)


def _s10(_base: Path, asked: Asked) -> Counted:
    count = asked.of(5000)
    made, found = documents.edit_many(asked.seed, count)
    return Counted(f"{made} edits of {count:,} documents", found)


def _s3(base: Path, asked: Asked) -> Counted:
    methods = enumerate(("rebase", "merge", "rebase"))
    return flat(
        *(sharing.share(base / str(turn), asked.seed + turn, 5, asked.of(600), method) for turn, method in methods)
    )


def _s12(_base: Path, asked: Asked) -> Counted:
    count, found = blackbox.faults(blackbox.tool(shlex.join(ground.command())), every=asked.every)
    return Counted(f"{count} promises", found)


ROWS = {
    "S1": Row(
        "50 processes at once, one clone with linked work trees, every kind of change",
        "acknowledged and not exactly once in history, unparsable, left by what was refused, refused without cause",
        "0 of each",
        lambda base, asked: flat(together.together(base, asked.seed, 50, asked.of(6))),
    ),
    "S2": Row(
        "the same beside a user who stages and commits in a loop",
        "lost, foreign paths in our commits, user's work lost, undone in HEAD after `tk doctor --fix`",
        "0 of each",
        lambda base, asked: flat(together.together(base, asked.seed, 50, asked.of(6), user=True)),
    ),
    "S3": Row(
        "5 clones, one bare remote that at times refuses or breaks off, 600 changes and `tk sync`, 3 seeds",
        "lost, in another ticket, diverged, markers committed, unparsable or unsound, user's work touched, refused",
        "0 of each",
        _s3,
    ),
    "S4": Row(
        "1,000 kills at random points, of our process alone and of the group; 300 signals",
        "torn, acknowledged and missing, the user's next commit would undo it, not told, locks left",
        "0 of each",
        lambda base, asked: flat(
            kills.kill_many(base / "kills", asked.seed, asked.of(1000), seconds=asked.seconds),
            kills.stop_many(base / "signals", asked.seed, asked.of(300), seconds=asked.seconds),
        ),
    ),
    "S5": Row(
        "the n-th call to the system fails, for every n, of ours and of git's, eight commands",
        "exit 0 with the change missing, file or HEAD changed on error, traceback, retry fails",
        "0 of each",
        _s5,
    ),
    "S6": Row(
        "a really full small file system at six levels, limits on the size of files",
        "the same, retry fails",
        "0 of each",
        _s6,
    ),
    "S7": Row("states that a repository can be in", "unexpected outcome", "0", _s7),
    "S8": Row(
        "hostile files and inputs through list, show, search, edit, check, diff, JSON",
        "traceback, code run, write outside, raw control byte, neither shown nor reported, over 2 s or 256 MB",
        "0 of each",
        _s8,
    ),
    "S9": Row(
        "the merge driver against an independent oracle, and on damaged files",
        "asymmetry, mismatch, loss not recorded, crash",
        "0 of each",
        lambda _base, asked: flat(merging.merge_many(asked.seed, asked.of(3000)), merging.damage_many(asked.seed, asked.of(3000))),
    ),
    "S10": Row("generated documents, 12 edits each", "bytes changed outside the addressed lines", "0", _s10),
    "S11": Row(
        "derived state deleted, killed, raced, damaged, replaced",
        "another answer than without it, a failed command",
        "0 of each",
        lambda base, asked: flat(derived.disturb(base, asked.seed, kills=asked.of(60), races=asked.of(4), every=asked.every)),
    ),
    "S12": Row("the black-box suite", "failures", "0", _s12),
    "laws": Row(
        "every law of the test suite, on examples drawn at random",
        "falsified",
        "0",
        lambda _base, asked: Counted(*laws.try_laws(asked.seed, min(asked.seconds, 300))),
    ),
    "fuzz": Row(
        "parser, query language, configuration, templates and merge, fed by hypothesis",
        "crash, disagreement",
        "0 of each",
        lambda _base, asked: Counted(*fuzz.fuzz_all(asked.seed, min(asked.seconds, 180))),
    ),
}  # fmt: skip


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError("more than 0, at most 1")
    return share


def run_row(name: str, asked: Asked) -> tuple[str, int]:
    """Runs a row; gives its line of the table and the number of its faults, which are printed."""
    row, start, before = ROWS[name], time.monotonic(), os.times()
    with tempfile.TemporaryDirectory(prefix="tk-soak-") as folder:
        counted = row.go(Path(folder) / name, asked)
    seconds = time.monotonic() - start
    done = counted.done + (f"; SKIPPED: {counted.skipped}" if counted.skipped else "")
    spent = sum(os.times()[:4]) - sum(before[:4])
    print(f"{name:<4} {len(counted.faults):>4} faults {seconds:>6.0f} s {spent:>6.0f} CPU s  {done}", flush=True)
    for fault in counted.faults[:_SHOWN]:
        print(f"       {fault[:400]!r}", flush=True)
    line = f"| {name} | {row.run}: {done} | {row.counted} | {row.figure} | {len(counted.faults)} | {seconds:.0f} |"
    return line, len(counted.faults)


def table(lines: list[str], asked: Asked) -> str:
    """The scorecard as a page shows it."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    head = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, git {git}, seed {asked.seed}"
        f"{f', a share of {asked.share:g}' if asked.share < 1 else ''}.\n\n"
        "| # | run | counted | figure | faults | seconds |\n|---|---|---|---|---:|---:|\n"
    )
    return head + "\n".join(lines) + "\n"


def main() -> int:
    """Prints the table; 1 if a promise was broken."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=1200, help="an end for each part of S4 and S5")
    reader.add_argument("--share", type=_share, default=1.0, help="of each row only this part, say 0.05")
    reader.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    reader.add_argument("names", nargs="*", metavar="RUN")
    given = reader.parse_args()
    asked = Asked(given.seed, given.seconds, given.share)
    done = [run_row(name, asked) for name in given.names or ROWS]
    shown = table([line for line, _ in done], asked)
    print("\n" + shown)
    if given.write:
        page = _PAGE.read_text(encoding="utf-8")
        pattern = re.compile(re.escape(_START) + ".*?" + re.escape(_END), re.DOTALL)
        _PAGE.write_text(pattern.sub(lambda _: _START + shown + _END, page), encoding="utf-8")
    return 1 if any(faults for _, faults in done) else 0


if __name__ == "__main__":
    sys.exit(main())
