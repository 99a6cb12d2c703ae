"""Laws of searching, for any tickets and any order of changes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from law_examples import examples
from plaintickets.search.folder import IndexFolder
from plaintickets.search.index import Index
from plaintickets.search.schema import Document
from plaintickets.search.snippets import WIDTH, snippets
from plaintickets.search.words import Finder

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = ["crash", "crashes", "parser", "createWindow", "window", "3.2.1", "файлы", "файл"]
WORDS += ["内存泄漏", "内存", "kļūda", "a-b"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(max_size=20)
one = st.tuples(texts)
entries = st.builds(Document, one, one, one, st.lists(texts, max_size=2).map(tuple))
names = st.sampled_from(["a.md", "b.md", "archive/2026/c.md", "d.md"])
changes = st.lists(st.tuples(names, st.none() | entries, st.sampled_from(["", "refresh", "memory"])), max_size=12)
asked = st.tuples(st.sampled_from(WORDS) | texts, st.sampled_from(["word", "phrase", "prefix", "fuzzy"]),
                  st.sampled_from(["", "title", "body", "comments"]))  # fmt: skip


class Files:
    """Tickets that change, each state of them with a stamp of its own."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[tuple[int, int, int, int], Document]] = {}
        self.clock = 0

    def put(self, name: str, entry: Document | None) -> None:
        self.clock += 1
        self.held.pop(name, None)
        if entry is not None:
            self.held[name] = ((self.clock, self.clock, 0, 0), entry)

    def begin(self, _note: str, _count: int) -> bool:
        return False

    def stamps(self) -> Mapping[str, tuple[int, int, int, int]]:
        return {name: stamp for name, (stamp, _) in self.held.items()}

    def load(self, path: str) -> tuple[tuple[int, int, int, int], Document] | None:
        return self.held.get(path)

    def progress(self, done: int, total: int) -> None:
        assert 0 < done <= total


def found(index: Index, text: str, kind: str, field: str) -> dict[str, float] | None:
    leaf = Finder(index).find(text, kind, field)
    return None if leaf is None else {index.key_of(number): score for number, score in leaf.scores.items()}


@settings(max_examples=examples(60), deadline=None)
@given(changes, st.lists(asked, min_size=1, max_size=5))
def test_no_history_of_the_index_changes_a_score(
    steps: list[tuple[str, Document | None, str]], questions: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = Files()
        for name, entry, then in steps:
            files.put(name, entry)
            if then:
                Index(files, IndexFolder(folder, "x") if then == "refresh" else None).refresh()
        kept, fresh = Index(files, IndexFolder(folder, "x")), Index(files, None)
        kept.refresh()
        fresh.refresh()
        again = Index(files, IndexFolder(folder, "x"))
        again.refresh()
        assert again.status().pending == 0
        assert kept.count == fresh.count == len(files.held)
        for text, kind, field in questions:
            right = found(fresh, text, kind, field)
            assert found(kept, text, kind, field) == found(again, text, kind, field) == right
            assert Finder(kept).suggest(text, field) is not None
        assert not [path for path in Path(folder, "x").iterdir() if path.name.endswith(".tmp")]


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(entries, max_size=6), asked)
def test_a_find_scores_above_nothing_and_a_field_finds_no_more_than_all(
    held: list[Document], question: tuple[str, str, str]
) -> None:
    files = Files()
    for number, entry in enumerate(held):
        files.put(f"{number}.md", entry)
    index = Index(files, None)
    index.refresh()
    text, kind, field = question
    everywhere, there = found(index, text, kind, ""), found(index, text, kind, field)
    if everywhere is None or there is None:
        assert everywhere is there
        return
    assert all(score > 0 for score in everywhere.values())
    assert there.keys() <= everywhere.keys()
    if kind == "word":
        phrase = found(index, text, "phrase", field)
        assert phrase == there


@given(st.text(max_size=400), st.sets(st.sampled_from(["a", "b", "crash", "файл", "内存"])))
def test_a_snippet_is_a_piece_of_the_text_with_its_marks_inside(text: str, terms: set[str]) -> None:
    text = f"{text} crash {text} файлы 内存 a b"
    for snippet in snippets([("body", text)], terms.__contains__, 2):
        assert text[snippet.offset : snippet.offset + len(snippet.text)] == snippet.text
        assert snippet.marks
        at = 0
        for start, end in snippet.marks:
            assert at <= start < end <= len(snippet.text)
            at = end
        assert len(snippet.text) <= 3 * WIDTH
