"""The figures of the reports of a store, counted by grep and git."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gitwork import git

if TYPE_CHECKING:
    from pathlib import Path

    from store_files import Tk

NOW = {"TK_NOW": "2026-11-26T12:00:00Z"}
DONE = ("closed", "done", "wontfix")


def rows(tk: Tk, *words: str, cwd: Path | None = None) -> list[dict[str, Any]]:
    """The rows of a report."""
    shown = tk("report", *words, "--json", cwd=cwd, env=NOW)
    assert shown.code == 0, shown.stderr
    found: list[dict[str, Any]] = json.loads(shown.stdout)["rows"]
    return found


def key(text: str, name: str) -> str:
    """The value of a key of a file."""
    found = re.search(rf"^{name}: *['\"]?([^'\"\n]*)", text, re.MULTILINE)
    return found[1] if found else ""


def _monday(text: str) -> str:
    day = date.fromisoformat(text[:10])
    return (day - timedelta(days=day.weekday())).isoformat()


def compare_with_grep(tk: Tk, folder: Path) -> None:
    """Compare the figures of a store in which each ticket was opened when its key `created` says."""
    texts = [path.read_text("utf-8") for path in (folder / ".tickets").rglob("*.md")]
    texts = [text for text in texts if key(text, "status")]
    volume = rows(tk, "volume", cwd=folder)
    opened = Counter(_monday(key(text, "created")) for text in texts)
    assert {row["start"]: row["opened"] for row in volume if row["opened"]} == opened
    still = sum(key(text, "status") not in DONE for text in texts)
    assert volume[-1]["open"] == still
    assert sum(row["closed"] - row["reopened"] for row in volume) == len(texts) - still
    assert sum(row["open"] for row in rows(tk, "backlog", cwd=folder)) == still
    assert sum(row["growth"] for row in rows(tk, "backlog", "--since", "2020-01-01", cwd=folder)) == still


def compare_with_git(tk: Tk, folder: Path) -> None:
    """Compare the cumulative flow of a store whose tickets were committed as they were created."""
    for row in rows(tk, "flow", cwd=folder):
        end = date.fromisoformat(row["start"]) + timedelta(days=7)
        commit = git(tk, "rev-list", "-1", f"--before={end}T00:00:00Z", "HEAD", cwd=folder).strip()
        found = git(tk, "grep", "-h", "^status: ", commit, "--", ".tickets/*.md", cwd=folder)
        held = Counter(line.partition(": ")[2] for line in found.splitlines())
        assert {name.partition(":")[2]: count for name, count in row.items() if ":" in name and count} == held
