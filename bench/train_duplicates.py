"""Fit the weights of `core/similar.py` on the oldest part of labelled duplicates.

    python bench/train_duplicates.py DATA.jsonl[.gz] PAIRS.tsv [--share 0.6] [--rounds 100]
                                     [--without FEATURE]...

A conditional logit: of each query's candidates, those of its cluster are to come out on top.
Prints the weights, and the recall on the part that was not learned from. Takes minutes: it is
plain Python, run once in a long while.
"""

from __future__ import annotations

import argparse
import math
import sys
from operator import mul
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from labelled import Entries, Labelled, read_labelled

from plaintickets.core.fit import Query, fit, recall
from plaintickets.core.similar import WEIGHTS
from plaintickets.search.duplicates import Duplicates
from plaintickets.search.index import Index

RIVALS = 30


def gather(labelled: Labelled) -> list[Query]:
    """Each known duplicate's candidates; the store knows the links between tickets filed before it."""
    found = []
    index = Index(Entries(labelled.entries), None)
    index.refresh()
    duplicates = Duplicates(index)
    for name, right in labelled.older.items():
        entry = labelled.entries[name]
        duplicates.problems = labelled.known_before(name)
        rows = duplicates.compare(entry, entry.created)
        ends = [duplicates.problems[other].original if other in duplicates.problems else other for other, _ in rows]
        found.append(Query([values for _, values in rows], ends, [other in right for other, _ in rows]))
    return found


def only(row: tuple[float, ...], names: list[str]) -> tuple[float, ...]:
    """The values of the named features."""
    return tuple(v for name, v in zip(WEIGHTS, row, strict=True) if name in names)


def calibrate(weights: list[float], queries: list[Query]) -> tuple[float, float, float]:
    """Slope, rivals and bias that turn scores into the chance of the ten best to be right."""
    sample = []
    for rows, _, right in queries:
        scores = [sum(map(mul, weights, row)) for row in rows]
        order = sorted(range(len(rows)), key=lambda n: -scores[n])
        if order:
            top = scores[order[0]]
            mass = math.fsum([math.exp(scores[n] - top) for n in order[:RIVALS]])
            sample += [(scores[n], top + math.log(mass), right[n]) for n in order[:10]]
    slope_, rivals, bias = 1.0, -1.0, 0.0
    for _ in range(25):  # Newton's method
        gradient = [0.0] * 3
        curvature = [[1e-6 * (a == b) for b in range(3)] for a in range(3)]
        for score, every, hit in sample:
            chance = 1 / (1 + math.exp(-(slope_ * score + rivals * every + bias)))
            row = (score, every, 1.0)
            for a in range(3):
                gradient[a] += (hit - chance) * row[a]
                for b in range(3):
                    curvature[a][b] += chance * (1 - chance) * row[a] * row[b]
        step = solve(curvature, gradient)
        slope_, rivals, bias = slope_ + step[0], rivals + step[1], bias + step[2]
    return slope_, rivals, bias


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small positive system, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(len(rows)):
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(len(rows)):
            if other != pivot:
                factor = rows[other][pivot]
                pairs = zip(rows[other], rows[pivot], strict=True)
                rows[other] = [value - factor * own for value, own in pairs]
    return [row[-1] for row in rows]


def main() -> None:
    """Read the command line, fit, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tickets", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--share", type=float, default=0.6)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--without", action="append", default=[], metavar="FEATURE")
    arguments = parser.parse_args()
    queries = gather(read_labelled(arguments.tickets, arguments.pairs))
    names = [name for name in WEIGHTS if name not in arguments.without]
    queries = [query._replace(rows=[only(row, names) for row in query.rows]) for query in queries]
    cut = int(len(queries) * arguments.share)
    weights = fit(queries[:cut], arguments.rounds)
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    slope_, rivals, bias = calibrate(weights, queries[:cut])
    print(f"slope {slope_:.3f}, rivals {rivals:.3f}, bias {bias:.2f}")
    for label, part in (("learned from", queries[:cut]), ("held out", queries[cut:])):
        figures = "  ".join(f"at {k} {recall(weights, part, k):.3f}" for k in (1, 5, 10))
        print(f"{label}: recall {figures}")


if __name__ == "__main__":
    main()
