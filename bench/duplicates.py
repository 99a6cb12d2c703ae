"""How well and how fast `tk similar` finds known duplicates.

    python bench/duplicates.py DATA.jsonl[.gz] PAIRS.tsv [--json] [--limit N] [--sample N]
                               [--warnings N]

For each ticket known to be a duplicate, in order of creation, the query is its title and body and
the candidates are all tickets created earlier; a hit is any member of its cluster. Pairs form
clusters; of the pairs the store knows those of two tickets created earlier. `--limit` keeps the
oldest N tickets, `--sample` asks about N of the duplicates, and
`--warnings` asks about N tickets of all, to see how often a warning on filing would be right.
Milliseconds are CPU time of this one process, which does nothing but compute and read.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from labelled import Entries, read_labelled

from plaintickets.core.similar import WARN
from plaintickets.search.duplicates import Duplicates
from plaintickets.search.folder import IndexFolder
from plaintickets.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelled import Labelled

DEPTHS = (1, 5, 10)
_REACH = 100


def build(labelled: Labelled, folder: str) -> tuple[Duplicates, float]:
    """The index of all tickets, for search too, and the CPU seconds that it took."""
    started = time.process_time()
    index = Index(Entries(labelled.entries), IndexFolder(folder, "search"))
    index.refresh()
    return Duplicates(index), time.process_time() - started


def ranks(index: Duplicates, labelled: Labelled, names: Sequence[str]) -> tuple[list[int], list[float]]:
    """For each ticket the place of the first hit, 0 for none, and the CPU milliseconds it took."""
    places, times = [], []
    for name in names:
        entry = labelled.entries[name]
        index.problems = labelled.known_before(name)
        started = time.process_time()
        found = index.similar(entry, _REACH, entry.created)
        times.append(1000 * (time.process_time() - started))
        hits = (n for n, match in enumerate(found, 1) if match.id in labelled.older[name])
        places.append(next(hits, 0))
    return places, times


def warnings(index: Duplicates, labelled: Labelled, names: Sequence[str]) -> list[dict[str, float]]:
    """What a warning for the best match would be worth at each threshold, over any tickets."""
    best = []
    for name in names:
        entry = labelled.entries[name]
        right = labelled.older.get(name, ())
        best += [(m.score, m.id in right) for m in index.similar(entry, 1, entry.created)]
    known = sum(name in labelled.older for name in names) or 1
    rows = []
    for threshold in sorted({round(0.05 * step, 2) for step in range(1, 20)} | {WARN}):
        shown = [right for score, right in best if score >= threshold]
        rows.append(
            {
                "threshold": threshold,
                "warned": round(len(shown) / max(1, len(names)), 4),
                "right": round(sum(shown) / max(1, len(shown)), 3),
                "found": round(sum(shown) / known, 3),
            }
        )
    return rows


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """Every figure of one run."""
    labelled = read_labelled(arguments.tickets, arguments.pairs, arguments.limit)
    names = list(labelled.older)
    chance = random.Random(1)
    if 0 < arguments.sample < len(names):
        kept = set(chance.sample(names, arguments.sample))
        names = [name for name in names if name in kept]
    with tempfile.TemporaryDirectory() as folder:
        index, seconds = build(labelled, folder)
        places, times = ranks(index, labelled, names)
        trade = []
        if arguments.warnings:
            every = list(labelled.entries)
            trade = warnings(index, labelled, chance.sample(every, min(len(every), arguments.warnings)))
        size = sum(file.stat().st_size for file in Path(folder, "search").iterdir())
    count = max(1, len(places))
    ordered = sorted(times) or [0.0]
    return {
        "tickets": len(labelled.entries),
        "duplicates": len(labelled.older),
        "queries": len(names),
        "recall": {str(depth): round(sum(0 < p <= depth for p in places) / count, 4) for depth in DEPTHS},
        "mrr": round(sum(1 / p for p in places if p) / count, 4),
        "ms": {
            "median": round(ordered[len(ordered) // 2], 2),
            "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        },
        "build_s": round(seconds, 2),
        "text_mb": round(labelled.text_bytes / 1e6, 2),
        "index_mb": round(size / 1e6, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "skipped": labelled.skipped,
        "warnings": trade,
    }


def _print(figures: dict[str, object]) -> None:
    for name, value in figures.items():
        if name == "recall" and isinstance(value, dict):
            for depth, share in value.items():
                print(f"{'recall at ' + depth:<14}{share:.3f}")
        elif name == "warnings" and isinstance(value, list):
            for row in value:
                print("  ".join(f"{key} {number:<6}" for key, number in row.items()))
        elif isinstance(value, dict):
            print(f"{name:<14}" + "  ".join(f"{key} {number}" for key, number in value.items()))
        else:
            print(f"{name:<14}{value}")


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tickets", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--warnings", type=int, default=0)
    arguments = parser.parse_args()
    figures = measure(arguments)
    if arguments.json:
        print(json.dumps(figures, indent=1))
    else:
        _print(figures)


if __name__ == "__main__":
    main()
