"""`tk --version`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import plaintickets
from plaintickets import __version__

if TYPE_CHECKING:
    from store_files import Tk


@pytest.mark.only_plaintickets
def test_the_version_is_printed_without_a_command_or_a_store(tk: Tk) -> None:
    printed = tk("--version")
    assert (printed.stdout, printed.stderr, printed.code) == (f"tk {__version__}\n", "", 0)
    assert tk("--version", "ls").stdout == printed.stdout


@pytest.mark.only_plaintickets
def test_a_compiled_module_that_a_full_disk_cut_short_is_named(tk: Tk, tmp_path: Path) -> None:
    copy = tmp_path / "installed" / "plaintickets"
    shutil.copytree(Path(plaintickets.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environ = {**tk.environment, "PYTHONPATH": str(copy.parent)}
    run = [sys.executable, "-m", "plaintickets", "new", "Title"]
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(copy / "commands" / "drafting.py")], check=True)
    compiled = next((copy / "commands" / "__pycache__").glob("drafting.*.pyc"))
    os.truncate(compiled, 100)
    done = subprocess.run(run, cwd=tk.folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert "is truncated" in done.stderr
    assert str(copy) in done.stderr
    assert not (tk.folder / ".tickets").exists()
