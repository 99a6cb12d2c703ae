"""How fast history is read, as ratios to plain git on the same repository in the same run.

python bench/history.py [--commits 10000] [--tickets 1000] [--store REPOSITORY]
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "history")]

from repositories import Builder, Reader, ticket  # noqa: E402

from plaintickets.history.load import read  # noqa: E402
from plaintickets.history.past_text import text_history  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [
    "parser",
    "line",
    "file",
    "crash",
    "reads",
    "writes",
    "slow",
    "index",
    "query",
    "merge",
    "branch",
    "commit",
    "sorted",
    "empty",
    "unicode",
]


def build(folder: Path, commits: int, tickets: int, code: int) -> Reader:
    """A repository in which every commit but `code` in a hundred changes one ticket; one in fifty merges a branch."""
    choice = random.Random(7)
    builder = Builder(folder)
    builder.trees[0] = {}
    texts: dict[str, list[str]] = {}
    head = 0
    for number in range(commits):
        if choice.randrange(100) < code:
            head = builder.commit({f"src/f{choice.randrange(50)}.c": b"%d" % number}, parents=(head,) if head else ())
            builder.trees.pop(head - 100, None)
            continue
        ticket_id = f"pt-{choice.randrange(tickets):04}"
        text = texts.setdefault(ticket_id, [" ".join(choice.choices(WORDS, k=9)) for _ in range(20)])
        text[choice.randrange(len(text))] = " ".join(choice.choices(WORDS, k=9))
        status = choice.choice(("open", "in_progress", "closed"))
        content = ticket(ticket_id, text="\n" + "\n".join(text) + "\n", status=status)
        side = head and number % 50 == 0
        made = builder.commit({f".tickets/{ticket_id}.md": content}, parents=(head,) if head else (), branch="side")
        if side:
            other = builder.commit({"src/main.c": b"%d" % number}, parents=(head,))
            made = builder.merge(other, made, files={f".tickets/{ticket_id}.md": content})
        builder.trees.pop(made - 100, None)
        head = made
    return builder.finish(head)


def seconds(action: Callable[[], object], rounds: int = 3) -> float:
    """The median wall time."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--code", type=int, default=0, help="of a hundred commits, how many touch no ticket")
    parser.add_argument("--store", type=Path, help="a repository to measure instead of a made one")
    parser.add_argument("--ticket", default="pt-0001")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reader = (
            Reader(options.store)
            if options.store
            else build(Path(folder) / "r", options.commits, options.tickets, options.code)
        )
        measure(reader, Path(folder) / "derived", options.ticket)


def measure(reader: Reader, derived: Path, ticket_id: str) -> None:
    """Prints the figures of one repository."""
    count = int(reader.run(["rev-list", "--count", "HEAD"]))
    versions = reader.run(["rev-list", "--objects", "--count", "HEAD", "--", ".tickets"]).decode().strip()
    plain = ["log", "--raw", "-z", "--no-renames", "HEAD", "--", ".tickets"]
    one = ["log", "--raw", "-z", "--no-renames", "HEAD", "--", f".tickets/{ticket_id}.md"]
    cache = str(derived)
    print(f"{count} commits, {versions} objects in the store")
    base = seconds(lambda: reader.run(plain))
    show("git log --raw", base, base, count)
    cold = seconds(lambda: read(reader, ".tickets"), 2)
    show("whole timeline, no cache", cold, base, count)
    show("first read into the cache", seconds(lambda: read(reader, ".tickets", cache=cache), 1), base, count)
    show("whole timeline, cache warm", seconds(lambda: read(reader, ".tickets", cache=cache)), base, count)
    show(
        "text fragments of all",
        seconds(lambda: list(text_history(read(reader, ".tickets", cache=cache).events))),
        base,
        count,
    )
    start = seconds(lambda: reader.run(["rev-parse", "HEAD"]))
    show("git rev-parse", start, start, 0)
    show("one ticket, cache warm", seconds(lambda: read(reader, ".tickets", ticket=ticket_id, cache=cache)), start, 0)
    lone = seconds(lambda: reader.run(one))
    show("git log of one file", lone, lone, 0)
    show("one ticket, no cache", seconds(lambda: read(reader, ".tickets", ticket=ticket_id)), lone, 0)
    subprocess.run(
        ["git", "-C", str(reader.folder), "commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"],
        check=True,
        capture_output=True,
    )
    lone = seconds(lambda: reader.run(one))
    show("git log of one file, commit graph", lone, lone, 0)
    show("one ticket, commit graph", seconds(lambda: read(reader, ".tickets", ticket=ticket_id)), lone, 0)
    size = (derived / "history.sqlite").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"cache {size / 1e6:.1f} MB, peak memory {peak} MB")


def show(what: str, taken: float, base: float, count: int) -> None:
    """Prints one row."""
    rate = f"{count / taken:9.0f} commits/s" if count else ""
    print(f"{what:36} {taken * 1000:9.1f} ms  {taken / base:6.2f} x {rate}")


if __name__ == "__main__":
    main()
