"""How often `tk triage` is right, and whether its confidence is honest.

    python bench/triage.py DATA.jsonl[.gz] PAIRS.tsv [--json] [--sample N] [--part older|newer]

For a sample of tickets the component, the type and the priority are proposed from the tickets that were created
earlier and are closed, by the votes that `tk triage` counts; the ticket's own labels are hidden. Beside it stand the
majority of the earlier tickets, and a naive Bayes classifier on the words of title and text that has learned from all
earlier tickets. `--part newer`, the default, asks about the newest 40 %; the constants of the votes were chosen on
`--part older`, the tickets between 15 % and 60 %, of one of the trackers.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from labelled import Entries, read_labelled, rows_of

from plaintickets.core.servicedesk.votes import LEAST, Neighbour, elected, weight_of
from plaintickets.core.similar import entry_terms
from plaintickets.search.duplicates import Duplicates
from plaintickets.search.folder import IndexFolder
from plaintickets.search.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.similar import Entry

FIELDS = ("component", "type", "priority")
PARTS = {"older": (0.15, 0.6), "newer": (0.6, 1.0)}
CANDIDATES = 100
BINS = 10


class Answer(NamedTuple):
    """What was proposed for a ticket, how sure it is, and what is right."""

    value: str
    confidence: float
    right: str


class Bayes:
    """A multinomial naive Bayes classifier with add-one smoothing that learns one ticket after another."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._counts: Counter[str] = Counter()
        self._known: set[str] = set()

    def learn(self, label: str, words: Iterable[str]) -> None:
        found = [*words]
        self.labels[label] += 1
        self._words[label].update(found)
        self._counts[label] += len(found)
        self._known.update(found)

    def classify(self, words: Sequence[str]) -> str:
        whole, size = self.labels.total(), len(self._known)
        best, best_score = "", -math.inf
        for label, count in sorted(self.labels.items()):
            seen, of = self._words[label], self._counts[label] + size
            score = math.log(count / whole) + math.fsum(math.log((seen[word] + 1) / of) for word in words)
            if score > best_score:
                best, best_score = label, score
        return best


def labels_of(path: Path) -> dict[str, dict[str, str]]:
    """The labels of each ticket, an empty text for none, and whether it is closed."""
    found = {}
    for row in rows_of(path):
        given = {field: str(row.get(field) or "") for field in FIELDS}
        named = {field: "" if value == "None" else value for field, value in given.items()}
        found[str(row["id"])] = {**named, "closed": "yes" if row.get("resolution") not in (None, "", "None") else ""}
    return found


def words_of(entry: Entry) -> list[str]:
    titles, bodies = entry_terms(entry)
    return [*dict.fromkeys((*titles, *bodies))]


def by_others(
    entries: Mapping[str, Entry], labels: Mapping[str, Mapping[str, str]], asked: set[str]
) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """For each field the answers of the majority and of naive Bayes, which know all earlier tickets."""
    known = {field: Bayes() for field in FIELDS}
    found: dict[str, dict[str, list[tuple[str, str]]]] = {
        field: {"majority": [], "naive Bayes": []} for field in FIELDS
    }
    for name, entry in entries.items():
        words = words_of(entry)
        for field in FIELDS:
            right = labels[name][field]
            if not right:
                continue
            if name in asked and known[field].labels:
                found[field]["majority"].append((known[field].labels.most_common(1)[0][0], right))
                found[field]["naive Bayes"].append((known[field].classify(words), right))
            known[field].learn(right, words)
    return found


def by_votes(
    index: Duplicates, entries: Mapping[str, Entry], labels: Mapping[str, Mapping[str, str]], asked: Sequence[str]
) -> tuple[dict[str, list[Answer]], float]:
    """For each field the answers of the votes, and the CPU milliseconds of one ticket."""
    found: dict[str, list[Answer]] = {field: [] for field in FIELDS}
    started = time.process_time()
    for name in asked:
        hidden = replace(entries[name], component="", type="")
        alike = index.neighbours(hidden, CANDIDATES, hidden.created)
        voters = [
            Neighbour(near.id, near.score, weight_of(near.share, near.days), labels[near.id])
            for near in alike
            if labels[near.id]["closed"]
        ]
        for field in FIELDS:
            if right := labels[name][field]:
                value, confidence, _ = elected(field, voters) or ("", 0.0, "")
                found[field].append(Answer(value, confidence, right))
    return found, 1000 * (time.process_time() - started) / max(1, len(asked))


def share(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(one == right for one, right in pairs) / len(pairs) if pairs else 0.0


def calibration(answers: Sequence[Answer]) -> tuple[list[tuple[float, float, int]], float]:
    """For each tenth of confidence the mean of it, the share that is right and the count; and the mean difference."""
    bins: defaultdict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        bins[min(BINS - 1, int(one.confidence * BINS))].append(one)
    rows = [
        (sum(one.confidence for one in many) / len(many), share([(one.value, one.right) for one in many]), len(many))
        for _, many in sorted(bins.items())
    ]
    error = sum(abs(sure - right) * count for sure, right, count in rows) / max(1, len(answers))
    return rows, error


def measured(tickets: Path, pairs: Path, sample: int, part: str) -> dict[str, Any]:
    labelled = read_labelled(tickets, pairs)
    labels = labels_of(tickets)
    names = [*labelled.entries]
    start, end = (int(len(names) * bound) for bound in PARTS[part])
    asked = random.Random(1).sample(names[start:end], min(sample, end - start))
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Entries(labelled.entries), IndexFolder(folder, "search"))
        index.refresh()
        votes, milliseconds = by_votes(Duplicates(index), labelled.entries, labels, asked)
    others = by_others(labelled.entries, labels, set(asked))
    fields: dict[str, object] = {}
    for field in FIELDS:
        answers = votes[field]
        if not answers:
            continue
        made = [one for one in answers if one.confidence >= LEAST]
        rows, error = calibration(answers)
        fields[field] = {
            "tickets": len(answers),
            "majority": share(others[field]["majority"]),
            "naive Bayes": share(others[field]["naive Bayes"]),
            "votes": share([(one.value, one.right) for one in answers]),
            "proposed": len(made) / len(answers),
            "right if proposed": share([(one.value, one.right) for one in made]),
            "calibration": rows,
            "calibration error": error,
        }
    return {"tickets": len(names), "asked": len(asked), "part": part, "ms": milliseconds, "fields": fields}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tickets", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sample", type=int, default=1500)
    parser.add_argument("--part", choices=[*PARTS], default="newer")
    given = parser.parse_args()
    result = measured(given.tickets, given.pairs, given.sample, given.part)
    if given.json:
        print(json.dumps(result, indent=2))
        return
    print(f"{result['asked']} of {result['tickets']} tickets ({result['part']}), {result['ms']:.0f} ms each")
    columns = ("majority", "naive Bayes", "votes", "proposed", "right if proposed", "calibration error")
    for field, row in result["fields"].items():
        print(f"{field}: {row['tickets']} tickets, " + ", ".join(f"{key} {row[key]:.1%}" for key in columns))
        for sure, right, count in row["calibration"]:
            print(f"    confidence {sure:4.0%}  right {right:4.0%}  of {count}")


if __name__ == "__main__":
    main()
