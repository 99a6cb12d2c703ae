"""The reliability scorecard: `python tests/soak/run.py [--seed N] [--seconds N] [S1 S2 …]`."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from blackbox import run as blackbox
from soak import crowd, documents, failing, ground, hostile, kills, merging, states

if TYPE_CHECKING:
    from collections.abc import Callable

    Counted = tuple[str, list[str]]


def _flat(counted: dict[str, list[str] | int]) -> Counted:
    done = ", ".join(f"{value} {name}" for name, value in counted.items() if isinstance(value, int))
    return done, [f"{name}: {fault}" for name, found in counted.items() if isinstance(found, list) for fault in found]


def _s5(base: Path, seconds: float) -> Counted:
    base.mkdir()
    shim = failing.build(base)
    if shim is None:
        return "skipped: no C compiler", []
    failed, found = failing.fail_each(base, shim, seconds=seconds)
    return f"{failed} failed calls", found


def _s6(base: Path) -> Counted:
    base.mkdir()
    full = failing.fill(base / "disks")
    count, found = failing.limited(base / "limits")
    if full is None:
        return f"full disk skipped: cannot mount; {count} limits", found
    return f"{full[0]} levels, {count} limits", full[1] + found


def _s7(base: Path) -> Counted:
    entered, missing, found = states.run_all(base)
    return f"{entered} states, {missing} not to be had here", [
        f"{n}: {f}" for n, faults in found.items() for f in faults
    ]


def _s8(base: Path) -> Counted:
    parts = [hostile.try_names(base / "n"), hostile.try_inputs(base / "i"), hostile.try_files(base / "f")]
    return f"{sum(count for count, _ in parts)} hostile files and inputs", [
        fault for _, found in parts for fault in found
    ]


def _s10(seed: int) -> Counted:
    made, found = documents.edit_many(seed, 5000)
    return f"{made} edits of 5000 documents", found


def _s9(seed: int) -> Counted:
    merged, found = _flat(merging.merge_many(seed, 3000))
    damaged, more = _flat(merging.damage_many(seed, 3000))
    return f"{merged}; {damaged}", found + more


def _s12() -> Counted:
    count, found = blackbox.faults(blackbox.tool(shlex.join(ground.command())))
    return f"{count} promises", found


def runs(seed: int, seconds: float) -> dict[str, Callable[[Path], Counted]]:
    """The runs by name; those that repeat end after so many seconds."""
    return {
        "S1": lambda base: _flat(crowd.crowd(base, seed, 50, 6, user=False)),
        "S2": lambda base: _flat(crowd.crowd(base, seed, 50, 6, user=True)),
        "S3": lambda base: _flat(crowd.clones(base, seed, 5, 600)),
        "S4": lambda base: _flat(kills.kill_many(base, seed, 1000, seconds=seconds)),
        "S5": lambda base: _s5(base, seconds),
        "S6": _s6,
        "S7": _s7,
        "S8": _s8,
        "S9": lambda _base: _s9(seed),
        "S10": lambda _base: _s10(seed),
        "S12": lambda _base: _s12(),
    }


def main() -> int:
    """Prints the table; 1 if a promise was broken."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=600, help="an end for S4 and S5")
    reader.add_argument("names", nargs="*", metavar="RUN")
    asked = reader.parse_args()
    table = runs(asked.seed, asked.seconds)
    bad = 0
    for name in asked.names or table:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="tk-soak-") as folder:
            done, found = table[name](Path(folder) / name)
        bad += len(found)
        print(f"{name:<4} {len(found):>4} faults  {time.monotonic() - start:>5.0f} s  {done}", flush=True)
        for fault in found[:20]:
            print(f"       {fault[:300]!r}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
