"""How long it takes to import a large tracker, and to import it again without a change.

    python bench/imports.py DATA.jsonl[.gz] [--comments 104730] [--changes 174000 [--history-only]] [--tickets N]

DATA has a ticket a line (`id`, `title`, `body`, `created`, `type`, `priority`, `status`, `labels`). They are written
as replies of Jira's REST v2, with comments whose texts are those of other tickets, and with a changelog that is made
up. Measured are the time and the memory; the second import must write nothing. With `--changes` the changelog is then
replayed as commits, in a store of its own; `--history-only` leaves out the imports without it.
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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def changelog(at: int, changes: int, status: str) -> dict[str, Any]:
    """Return so many changes of the status of a ticket, which ends as it is now."""
    months = [f"2015-{1 + number % 12:02}" for number in range(changes)]
    names = ["Open", *("In Progress" if number % 2 else "Reopened" for number in range(1, changes)), status]
    return {
        "histories": [
            {
                "author": person(at * 5 + number),
                "created": f"{months[number]}-{1 + at % 28:02}T{(at + number) % 24:02}:{at % 60:02}:00.000+0000",
                "items": [{"field": "status", "fromString": names[number], "toString": names[number + 1]}],
            }
            for number in range(changes)
        ]
    }


def issue(rows: list[dict[str, Any]], at: int, comments: int, changes: int) -> dict[str, Any]:
    """Return a ticket as Jira's REST v2 gives it, with so many comments and changes."""
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
    history = {"changelog": changelog(at, changes, row.get("status") or "Open")} if changes else {}
    return {"key": row["id"], "fields": fields, **history}


def write_export(path: Path, rows: list[dict[str, Any]], comments: int, changes: int = 0) -> None:
    """Write the reply of a search, issue by issue."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"startAt": 0, "issues": [\n')
        for at in range(len(rows)):
            said, changed = (total * (at + 1) // len(rows) - total * at // len(rows) for total in (comments, changes))
            file.write((",\n" if at else "") + json.dumps(issue(rows, at, said, changed)))
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
    parser.add_argument("--changes", type=int, default=0)
    parser.add_argument("--tickets", type=int, default=0)
    parser.add_argument("--history-only", action="store_true")
    chosen = parser.parse_args()
    rows = rows_of(chosen.data, chosen.tickets)
    tk = (sys.executable, "-m", "plaintickets")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not chosen.history_only:
            write_export(folder / "export.json", rows, chosen.comments)
            print(
                f"{len(rows)} issues, {chosen.comments} comments, {(folder / 'export.json').stat().st_size >> 20} MiB"
            )
            store = made_store(folder / "plain", tk)
            report("import", store, *tk, "import", "jira", "../export.json")
            report("again", store, *tk, "import", "jira", "../export.json")
            print(f"commits: {commits(store)} (2: the second import wrote nothing)")
        if chosen.changes:
            write_export(folder / "export.json", rows, chosen.comments, chosen.changes)
            store = made_store(folder / "history", tk)
            report("history", store, *tk, "import", "jira", "--history", "../export.json")
            ticket = min(path.stem for path in store.glob(".tickets/*-*.md"))
            report("log", store, *tk, "log", ticket)
            size = sum(path.stat().st_size for path in store.glob(".git/objects/**/*") if path.is_file())
            print(f"commits: {commits(store)}, of {chosen.changes} changes; {size >> 20} MiB of objects")


def made_store(folder: Path, tk: Sequence[str]) -> Path:
    """Make a repository with an empty store."""
    folder.mkdir()
    run(folder, "git", "init", "-q", ".")
    run(folder, *tk, "init", "-q")
    return folder


def report(what: str, folder: Path, *words: str) -> None:
    """Run a command and print what it took; the memory is the largest of all commands so far."""
    seconds, spent = run(folder, *words)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"{what:<8} {seconds:7.1f} s  {spent:7.1f} s CPU  {peak:5} MiB at most", flush=True)


def commits(folder: Path) -> str:
    """Return how many commits a repository has."""
    words = ("git", "rev-list", "--count", "HEAD")
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
