"""The duplicate benchmark as a program, on data as other trackers export it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "duplicates.py"
PROBLEMS = (
    "Crash when saving a photo",
    "Dark theme for settings",
    "Login fails with timeout",
    "CSV export drops the last column",
)


def rows() -> list[dict[str, Any]]:
    """Two reports of each problem, the second a year later; eight tickets, ids not in order."""
    return [
        {
            "id": str(100 - 10 * turn - number),
            "title": title if turn == 0 else f"{title} again",
            "body": f"Steps for {title}",
            "created": f"20{10 + turn}-01-0{number + 1}T00:00:00+0{number}:00",
        }
        for turn in (0, 1)
        for number, title in enumerate(PROBLEMS)
    ]


def run(tmp_path: Path, lines: list[str], pairs: str, *options: str) -> dict[str, Any]:
    data = tmp_path / "data.jsonl.gz"
    data.write_bytes(gzip.compress("\n".join(lines).encode()))
    (tmp_path / "pairs.tsv").write_bytes(pairs.encode())
    command = [sys.executable, str(SCRIPT), str(data), str(tmp_path / "pairs.tsv"), "--json"]
    done = subprocess.run([*command, *options], capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


PAIRS = "90\t100\n99\t89\n88\t98\n"  # the second names the newer ticket last


def test_each_known_duplicate_is_asked_about_once(tmp_path: Path) -> None:
    figures = run(tmp_path, [json.dumps(row) for row in rows()], PAIRS)
    assert (figures["tickets"], figures["queries"]) == (8, 3)
    assert figures["recall"] == {"1": 1.0, "5": 1.0, "10": 1.0}
    assert figures["mrr"] == 1.0


def test_pairs_form_clusters_of_which_any_older_member_is_a_hit(tmp_path: Path) -> None:
    figures = run(tmp_path, [json.dumps(row) for row in rows()], "90\t100\n99\t90\n")
    assert figures["queries"] == 2


def test_headers_line_ends_unknown_ids_and_broken_lines_are_stepped_over(tmp_path: Path) -> None:
    lines = [json.dumps(row) + "\r" for row in rows()]
    pairs = "duplicate\tof\r\n" + PAIRS.replace("\n", "\r\n") + "90\t12345\r\n90\t90\r\n\r\n"
    figures = run(tmp_path, ["{broken", "[]", "", *lines, json.dumps({"title": "no id"})], pairs)
    assert figures["queries"] == 3
    assert figures["skipped"] == {"lines": 3, "pairs": 3}


@pytest.mark.parametrize("missing", ["created", "body", "title"])
def test_missing_and_null_fields_are_no_error(tmp_path: Path, missing: str) -> None:
    lines = []
    for number, row in enumerate(rows()):
        row.update({"component": None, "type": None, "versions": None, "resolution": None})
        row[missing] = None
        if number % 2:
            del row[missing]
        lines.append(json.dumps(row))
    figures = run(tmp_path, lines, PAIRS, "--warnings", "5")
    assert figures["queries"] == 3
    assert figures["recall"]["10"] == 1.0


@pytest.mark.parametrize(
    "dates",
    [
        ("2010-01-01 10:00:00", "2011-01-01 10:00:00"),
        ("2010-01-01T10:00:00.000+0000", "2011-01-01T10:00:00Z"),
        ("Fri, 01 Jan 2010 10:00:00 +0100", "2011-01-01 10:00:00 +0200"),
        (1262340000, 1293876000000),
        ("1262340000", "2011-01-01 10:00:00 UTC"),
    ],
)
def test_dates_of_every_habit_are_read(tmp_path: Path, dates: tuple[object, object]) -> None:
    newer, older = (
        {"id": 7, "title": "Crash on save", "created": dates[1]},
        {"id": 9, "title": "Crash on save", "created": dates[0]},
    )
    figures = run(tmp_path, [json.dumps(newer), json.dumps(older)], "9\t7\n")
    assert figures["recall"]["1"] == 1.0


def test_limit_and_sample_make_the_run_smaller(tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in rows()]
    assert run(tmp_path, lines, PAIRS, "--sample", "1")["queries"] == 1
    assert run(tmp_path, lines, PAIRS, "--limit", "5")["tickets"] == 5
