"""Measures `tk search`: build, refresh, queries, size and memory, on a generated or a given corpus.

    python bench/search.py [--tickets 10000] [--data TICKETS.jsonl[.gz]] [--plain] [--json]

Without --data the tickets are made of the words of Python's own manual pages, drawn by their
frequency there, with names and numbers of their own. `--plain` also builds the index that Whoosh
makes by itself from the same words, for comparison.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plaintickets.project import Project

QUERIES = {
    "one frequent word": "{0}",
    "three words": "{0} {1} {2}",
    "three words, either": "{0} OR {1} OR {2}",
    "phrase": '"{3}"',
    "prefix": "{4}*",
    "one letter prefix": "s*",
    "fuzzy": "{5}~",
    "filter and word": "is:open {0}",
    "misspelt": "{5}xq",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tickets", type=int, default=10_000)
    options.add_argument("--data")
    options.add_argument("--folder", help="make the store here and keep it")
    options.add_argument("--plain", action="store_true")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(asked.folder or temporary)
        texts = list(islice(given(asked.data) if asked.data else generated(asked.tickets), asked.tickets))
        figures = {"tickets": len(texts), **measure(folder, texts)}
        figures |= processes(folder, texts)
        if asked.plain:
            figures |= plain_whoosh(folder, texts)
    if asked.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<34} {value:>12,.1f}" if isinstance(value, float) else f"{name:<34} {value:>12,}")


def given(path: str) -> Iterator[tuple[str, str]]:
    """Titles and bodies out of JSON lines."""
    content = Path(path).read_bytes()
    for line in (gzip.decompress(content) if path.endswith(".gz") else content).splitlines():
        row = json.loads(line)
        yield " ".join((row.get("title") or "").split()) or "x", row.get("body") or ""


def generated(count: int) -> Iterator[tuple[str, str]]:
    """Titles and bodies of words drawn by how frequent they are in Python's manual."""
    from pydoc_data import topics

    found = re.findall(r"[A-Za-z_][\w.']*|\d+", "\n".join(topics.topics.values()))
    chance = random.Random(7)
    for number in range(count):
        words = chance.choices(found, k=int(chance.lognormvariate(5.0, 0.7)) + 8)
        words.insert(8, f"module_{chance.randrange(count // 2 + 1)}.run{number % 97}")
        words.insert(9, f"E{chance.randrange(9999):04}")
        yield " ".join(words[:7]), ". ".join(" ".join(words[at : at + 12]) for at in range(7, len(words), 12))


def make_store(folder: Path, texts: list[tuple[str, str]]) -> int:
    """Writes the tickets into a new repository; the bytes of their texts."""
    store = folder / ".tickets"
    store.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    size = 0
    for number, (title, body) in enumerate(texts):
        status = "closed" if number % 3 else "open"
        front = f"---\nid: t-{number:06}\nstatus: {status}\ndeps: []\nlinks: []\ncreated: 2026-01-02T03:04:05Z\n"
        text = f"{front}priority: {number % 5}\ntags: [tag{number % 11}]\n---\n# {title}\n\n{body}\n"
        size += len(f"{title}{body}".encode())
        (store / f"t-{number:06}.md").write_text(text, encoding="utf-8")
    return size


def open_tracker(folder: Path) -> Project:
    from plaintickets.project import Project, Surroundings

    environ = {**os.environ, "HOME": str(folder)}
    return Project.open(Surroundings(str(folder), environ, lambda: datetime.now(UTC), lambda _: 0, print))


def cpu(function: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of a call, and its result."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def measure(folder: Path, texts: list[tuple[str, str]]) -> dict[str, float | int]:
    from plaintickets.actions.listing import Filter
    from plaintickets.actions.search import SearchOptions, search
    from plaintickets.actions.ticket_source import TicketSource, open_index
    from plaintickets.search.words import Finder

    size = make_store(folder, texts)
    figures: dict[str, float | int] = {"text, MB": size / 1e6}
    project = open_tracker(folder)
    figures["read all tickets, s"], _ = cpu(lambda: project.reading)
    index = open_index(project, TicketSource(project, _quiet))
    figures["build, s"], _ = cpu(index.refresh)
    figures["memory after build, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    state = index.status()
    figures["index, MB"], figures["index / text"], figures["parts"] = state.bytes / 1e6, state.bytes / size, state.parts
    figures["open and check, ms"] = _median(lambda: open_index(project, TicketSource(project, _quiet)).refresh())
    figures["refresh after one change, ms"] = _refreshes(folder)
    project = open_tracker(folder)
    _ = project.reading, project.config
    words = sample_words(texts)
    for name, form in QUERIES.items():
        query = form.format(*words)
        times = [1000 * cpu(lambda: search(project, Filter(query), SearchOptions(), _quiet))[0] for _ in range(9)]  # noqa: B023
        figures[f"{name}, ms (p50)"], figures[f"{name}, ms (p95)"] = statistics.median(times), max(times)
    index = open_index(project, TicketSource(project, _quiet))
    index.refresh()
    figures["finding three words alone, ms"] = _median(lambda: [Finder(index).find(w, "word") for w in words[:3]])
    return figures


def processes(folder: Path, texts: list[tuple[str, str]]) -> dict[str, float | int]:
    """Whole commands, while no project of this process holds the cache of tickets."""
    gc.collect()
    words = sample_words(texts)
    figures: dict[str, float | int] = {}
    figures["tk search, whole process, CPU ms"] = _process(folder, "search", " ".join(words[:3]))
    figures["tk ls, whole process, CPU ms"] = _process(folder, "ls", "--limit", "20")
    figures["python with click, CPU ms"] = _process(folder, program="import click")
    return figures


def _quiet(_done: int, _total: int) -> None:
    return None


def _median(function: Callable[[], Any]) -> float:
    return 1000 * statistics.median(cpu(function)[0] for _ in range(5))


def _refreshes(folder: Path) -> float:
    from plaintickets.actions.ticket_source import TicketSource, open_index

    times = []
    for number in range(5):
        path = folder / ".tickets" / f"t-{number:06}.md"
        path.write_text(path.read_text(encoding="utf-8") + f"\none more remark {number}\n", encoding="utf-8")
        project = open_tracker(folder)
        _ = project.reading
        times.append(cpu(lambda: open_index(project, TicketSource(project, _quiet)).refresh())[0])  # noqa: B023
    return 1000 * statistics.median(times)


def _process(folder: Path, *arguments: str, program: str = "from plaintickets.cli import main; main()") -> float:
    times = []
    time.sleep(0.2)  # so that the caches can trust the files that were just changed
    for _ in range(6):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", program, *arguments]
        subprocess.run(command, cwd=folder, env={**os.environ, "HOME": str(folder)}, stdout=-3, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return 1000 * statistics.median(times[1:])


def sample_words(texts: list[tuple[str, str]]) -> list[str]:
    """Three words of falling frequency, a phrase, a beginning, a rarer word; the same for the same texts."""
    from collections import Counter

    counts: Counter[str] = Counter()
    for title, body in texts[:5000]:
        counts.update(set(re.findall(r"[a-z]{5,}", f"{title} {body}".lower())))
    ordered = [word for word, _ in counts.most_common()]
    pairs: Counter[str] = Counter()
    for title, body in texts[:5000]:
        pairs.update(re.findall(r"(?=\b([a-z]{3,} [a-z]{4,})\b)", f"{title}. {body}"))
    phrase = pairs.most_common(40)[-1][0]
    return [ordered[20], ordered[60], ordered[150], phrase, ordered[100][:4], ordered[300]]


def plain_whoosh(folder: Path, texts: list[tuple[str, str]]) -> dict[str, float | int]:
    """The same tickets in an index of Whoosh's own making, with the same words."""
    from whoosh import index as whoosh_index
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.query import And, Or, Term

    from plaintickets.core.words import terms
    from plaintickets.search.schema import WordAnalyzer

    analyzer = WordAnalyzer()
    schema = Schema(id=ID(stored=True, unique=True), title=TEXT(analyzer=analyzer), body=TEXT(analyzer=analyzer))
    place = folder / "plain"
    place.mkdir()

    def build() -> Any:
        made = whoosh_index.create_in(place, schema)
        writer = made.writer(limitmb=512)
        for number, (title, body) in enumerate(texts):
            writer.add_document(id=f"{number:06}", title=title, body=body)
        writer.commit()
        return made

    seconds, made = cpu(build)
    words = [terms(word)[0] for word in sample_words(texts)[:3]]
    size = sum(path.stat().st_size for path in place.iterdir())
    with made.searcher() as searcher:
        parts = [Or([Term("title", word), Term("body", word)]) for word in words]
        every = _median(lambda: searcher.search(And(parts), limit=20))
        either = _median(lambda: searcher.search(Or(parts), limit=20))
    return {"plain Whoosh: build, s": seconds, "plain Whoosh: index, MB": size / 1e6,
            "plain Whoosh: three words, ms": every, "plain Whoosh: either, ms": either}  # fmt: skip


if __name__ == "__main__":
    main()
