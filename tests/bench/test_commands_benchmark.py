"""The tables of docs/performance.md: their rows are those that the command which they name measures."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "bench" / "commands.py"
PAGE = ROOT / "docs" / "performance.md"
MEASURED = (10, 10_000)


def rows(page: Path, tickets: int) -> list[str]:
    """The commands in the table of a size, but for those of a peer, which is not always there."""
    text = page.read_text("utf-8").split(f"<!-- {tickets} tickets -->")[1].split("<!-- end of")[0]
    names = re.findall(r"^\| ([^|]+?) \| *[\d,]+ \|", text, re.MULTILINE)
    return [name for name in names if not name.startswith("bash tool")]


@pytest.mark.slow
def test_the_tables_hold_the_rows_that_their_command_makes(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    shutil.copy(PAGE, page)
    command = [sys.executable, str(SCRIPT), "--sizes", "10", "--runs", "1", "--write", "--page", str(page)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    made = rows(page, 10)
    assert {"Python + click", "tk ls", "tk blockers", "tk blockers ID", "tk check", "tk close"} <= set(made)
    assert 'by `make bench BENCH="--sizes 10 --runs 1 --write"`' in page.read_text("utf-8")
    for tickets in MEASURED:
        assert rows(PAGE, tickets) == made, tickets
    assert rows(page, 10_000) == rows(PAGE, 10_000)


def test_a_part_of_the_rows_never_replaces_a_table(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    shutil.copy(PAGE, page)
    command = [sys.executable, str(SCRIPT), "--sizes", "10", "--only", "blockers", "--write", "--page", str(page)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, page.read_text("utf-8") == PAGE.read_text("utf-8")) == (2, True)
    assert "--only" in done.stderr
