"""Measures one installed Whoosh distribution: `python bench/distributions.py`, run in an environment of its own.

Prints what importing costs, how long an index of its own making takes to build, whether phrases are
found right (against a look into the texts), and whether our tables can be written and read.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

TICKETS = 3000


def main() -> None:
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
    for module in ("whoosh.filedb.filetables", "whoosh.index, whoosh.fields, whoosh.query, whoosh.scoring"):
        print(f"import {module}: {imported(module):.0f} ms")
    chance = random.Random(5)
    words = [f"w{number}" for number in range(400)]
    texts = [" ".join(chance.choices(words, k=120)) for _ in range(TICKETS)]
    built_and_asked(texts, chance)
    our_index(texts)


def imported(modules: str) -> float:
    program = f"import time\nstart = time.process_time()\nimport {modules}\nprint(time.process_time() - start)"
    runs = [
        subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, check=True)
        for _ in range(7)
    ]
    return 1000 * sorted(float(run.stdout) for run in runs)[3]


def built_and_asked(texts: list[str], chance: random.Random) -> None:
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.index import create_in
    from whoosh.query import Phrase, Term

    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        schema = Schema(id=ID(stored=True), body=TEXT(analyzer=SpaceSeparatedTokenizer()))
        index = create_in(folder, schema)
        writer = index.writer(limitmb=512)
        for number, text in enumerate(texts):
            writer.add_document(id=str(number), body=text)
        writer.commit()
        print(f"build {TICKETS}: {time.process_time() - start:.1f} s")
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        print(f"size: {size / 1e6:.1f} MB of {sum(map(len, texts)) / 1e6:.1f} MB")
        wrong = failed = 0
        with index.searcher() as searcher:
            for _ in range(300):
                words = chance.choice(texts).split()
                place = chance.randrange(len(words) - 2)
                pair = words[place : place + 2]
                said = f" {' '.join(pair)} "
                right = {str(number) for number, other in enumerate(texts) if said in f" {other} "}
                try:
                    wrong += {hit["id"] for hit in searcher.search(Phrase("body", pair), limit=None)} != right
                except Exception:  # noqa: BLE001 - whatever it says, it failed
                    failed += 1
            start = time.process_time()
            for word in ("w1", "w2", "w3") * 10:
                searcher.search(Term("body", word), limit=20)
        print(f"phrases wrong: {wrong}, failed: {failed}, of 300")
        print(f"one word: {1000 * (time.process_time() - start) / 30:.1f} ms")


def our_index(texts: list[str]) -> None:
    from plaintickets.search.index import Index
    from plaintickets.search.schema import Document

    class Texts:
        def begin(self, _note: str, _count: int) -> bool:
            return False

        def stamps(self) -> dict[str, tuple[int, int, int, int]]:
            return {str(number): (1, 1, 1, 1) for number in range(len(texts))}

        def load(self, key: str) -> tuple[tuple[int, int, int, int], Document]:
            return (1, 1, 1, 1), Document(("title",), (texts[int(key)],))

        def progress(self, _done: int, _total: int) -> None:
            return None

    start = time.process_time()
    index = Index(Texts(), None)
    index.refresh()
    print(f"our index, build {len(texts)}: {time.process_time() - start:.1f} s")
    (live,) = index.live
    postings = live.postings("body", "w1")
    held = {int(live.keys[number]) for block in (postings.blocks() if postings else ()) for number in block.ids}
    right = {number for number, text in enumerate(texts) if "w1" in text.split()}
    print(f"our index reads back: {'right' if held == right else 'WRONG'}")


if __name__ == "__main__":
    main()
