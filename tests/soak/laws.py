"""Run the laws of the test suite on random examples: `make test` draws the same examples each time.

Sweeps of which `make test` runs a part (`law_examples.part`) are run whole.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_LAW = re.compile(r"^ *@given\(|^from law_examples import", re.MULTILINE)
_FAILED = re.compile(r"^FAILED (.*)", re.MULTILINE)
_SUMMARY = re.compile(r"\b(\d+) passed")


def files() -> list[Path]:
    """Return the test files that hold a law or a sweep."""
    return sorted(path for path in _TESTS.rglob("test_*.py") if _LAW.search(path.read_text(encoding="utf-8")))


def try_laws(seed: int, seconds: float) -> tuple[str, list[str]]:
    """Run all laws with one seed after another until the time is over; return what was done and each failure."""
    end = time.monotonic() + seconds
    rounds, passed, found = 0, 0, list[str]()
    while not rounds or (time.monotonic() < end and not found):
        named = [str(path) for path in files()]
        command = [sys.executable, "-m", "pytest", "-n", "auto", f"--hypothesis-seed={seed + rounds}", *named]
        done = subprocess.run(
            command,
            cwd=_TESTS.parent,
            env={**os.environ, "TK_LAWS": "random"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        rounds += 1
        passed += sum(map(int, _SUMMARY.findall(done.stdout)))
        found += [f"seed {seed + rounds - 1}: {line}" for line in _FAILED.findall(done.stdout)]
        if done.returncode and not found:
            found.append(f"seed {seed + rounds - 1}: pytest ended with {done.returncode}: {done.stdout[-300:]}")
    return f"{rounds} rounds, {passed} tests passed", found
