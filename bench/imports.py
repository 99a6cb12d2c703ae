"""How long it takes to import a large tracker, and to import it again without a change.

    python bench/imports.py DATA.jsonl[.gz] [--comments 104730] [--tickets N]

DATA has a ticket a line (`id`, `title`, `body`, `created`, `type`, `priority`, `status`, `labels`). They are written
as replies of Jira's REST v2, with comments whose texts are those of other tickets. Measured are the time, the memory
and the size of the store; the second import must write nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LONGEST_COMMENT = 900
PEOPLE = 700
SOURCE = str(Path(__file__).resolve().parent.parent / "src")


def rows_of(path: str, most: int) -> list[dict[str, Any]]:
    """Return the tickets of a file, at most so many."""
    with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return rows[:most] if most else rows


def person(number: int) -> dict[str, str]:
    """Return one of 700 people."""
    return {"displayName": f"Person {number % PEOPLE}", "name": f"p{number % PEOPLE}"}


def issue(rows: list[dict[str, Any]], at: int, comments: int) -> dict[str, Any]:
    """Return a ticket as Jira's REST v2 gives it, with so many comments."""
    row = rows[at]
    said = [
        {
            "author": person(at * 7 + number),
            "body": str(rows[(at * 13 + number * 101) % len(rows)].get("body") or "")[:LONGEST_COMMENT],
            "created": f"2014-0{1 + number % 9}-1{at % 10}T0{number % 10}:00:00.000+0000",
        }
        for number in range(comments)
    ]
    fields = {
        "summary": row.get("title") or row["id"],
        "description": row.get("body"),
        "created": row["created"],
        "updated": row["created"],
        "issuetype": {"name": row.get("type") or "Task"},
        "priority": {"name": row["priority"]} if row.get("priority") else None,
        "status": {"name": row.get("status") or "Open"},
        "resolution": {"name": row["resolution"]} if row.get("resolution") else None,
        "labels": row.get("labels") or [],
        "components": [{"name": name} for name in row.get("components") or []],
        "assignee": person(at),
        "reporter": person(at * 3),
        "environment": "iOS 7\nSDK 3" if at % 2 else None,
        "comment": {"comments": said, "total": len(said)},
    }
    return {"key": row["id"], "fields": fields}


def write_export(path: Path, rows: list[dict[str, Any]], comments: int) -> None:
    """Write the reply of a search, issue by issue."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"startAt": 0, "issues": [\n')
        made = 0
        for at in range(len(rows)):
            count = comments * (at + 1) // len(rows) - made
            made += count
            file.write((",\n" if at else "") + json.dumps(issue(rows, at, count)))
        file.write("\n]}\n")


def run(folder: Path, *words: str) -> tuple[float, float]:
    """Run a command; return its seconds on the clock and of CPU."""
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, cwd=folder, env=environment, stderr=subprocess.DEVNULL, stdout=2, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, spent


def main() -> None:
    """Print a row for each import."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--comments", type=int, default=104_730)
    parser.add_argument("--tickets", type=int, default=0)
    chosen = parser.parse_args()
    rows = rows_of(chosen.data, chosen.tickets)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_export(folder / "export.json", rows, chosen.comments)
        run(folder, "git", "init", "-q", ".")
        tk = (sys.executable, "-m", "plaintickets")
        run(folder, *tk, "init", "-q")
        print(f"{len(rows)} issues, {chosen.comments} comments, {(folder / 'export.json').stat().st_size >> 20} MiB")
        for what in ("import", "again"):
            seconds, spent = run(folder, *tk, "import", "jira", "export.json")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
            print(f"{what:<8} {seconds:7.1f} s  {spent:7.1f} s CPU  {peak:5} MiB at most")
        count = subprocess.run(
            ("git", "rev-list", "--count", "HEAD"), cwd=folder, capture_output=True, text=True, check=True
        )
        print(f"commits: {count.stdout.strip()} (2: the second import wrote nothing)")


if __name__ == "__main__":
    main()
