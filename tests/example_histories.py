"""The histories that the scripts of the examples make: made once in a test run, and copied."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from prefork.start import quick

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
NAMES = ("bugtracker", "helpdesk")


def make_history(command: str, example: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script of an example, with a command as its `tk`."""
    path = os.pathsep.join([os.path.dirname(quick(command)), os.environ["PATH"]])
    return subprocess.run(
        [str(EXAMPLES / example / "make-history"), str(folder)],
        env={"PATH": path, "HOME": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def made_history(command: str, example: str, factory: pytest.TempPathFactory) -> Path:
    """Return the folder with an example's history, to be copied, never changed; the first who asks makes it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # that of all workers
    folder = shared / "examples" / example
    folder.parent.mkdir(exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            run = make_history(command, example, unfinished)
            assert run.returncode == 0, run.stderr
            unfinished.rename(folder)
    return folder


def checkout_with_copies(command: str, factory: pytest.TempPathFactory) -> Path:
    """Return a folder that shows this checkout, where the script of an example copies what the real one makes."""
    folder = factory.mktemp("checkout")
    _show(ROOT, folder, "examples")
    _show(EXAMPLES, folder / "examples", *NAMES)
    for example in NAMES:
        _show(EXAMPLES / example, folder / "examples" / example, "make-history")
        script = folder / "examples" / example / "make-history"
        made = made_history(command, example, factory)
        script.write_text(f'#!/bin/sh\ncp -a "{made}" "$1" && cd "$1" && pwd\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def copied(made: Path, folder: Path) -> Path:
    """Copy a history into a folder that is not there yet, and return it."""
    shutil.copytree(made, folder, symlinks=True)
    return folder


def _show(real: Path, folder: Path, *left_out: str) -> None:
    folder.mkdir(exist_ok=True)
    for entry in real.iterdir():
        if entry.name not in left_out:
            (folder / entry.name).symlink_to(entry)
