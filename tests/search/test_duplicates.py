"""Duplicates on a real index: what is found, in which order, for which reasons."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.known_duplicates import Problem
from plaintickets.core.similar import Entry
from plaintickets.search.codec import BLOCK
from plaintickets.search.duplicates import Duplicates, Match
from plaintickets.search.folder import IndexFolder
from plaintickets.search.index import Index
from plaintickets.search.schema import Document

if TYPE_CHECKING:
    from plaintickets.search.folder import Stamp

DAY = 86400.0

TICKETS = [
    Entry("a", "App crashes when a photo is saved", "On Android the app crashes.", 1 * DAY),
    Entry("b", "Dark theme for the settings page", "Please add a dark theme.", 2 * DAY),
    Entry("c", "Login fails with ORA-00942", "ORA-00942: table does not exist", 3 * DAY, "db"),
    Entry("d", "Программа падает при сохранении файла", "Нажмите кнопку.", 4 * DAY),
    Entry("e", "保存文件时程序崩溃", "点击保存按钮。", 5 * DAY),
    Entry("f", "Export to CSV is slow", "at com.shop.Export.writeRow(Export.java:12)", 6 * DAY),
    Entry("g", "Crash while saving photos", "It crashes as soon as the photo is saved.", 7 * DAY),
]  # fmt: skip
NOISE = [
    Entry(f"n{n}", f"Task number {n} about topic{n % 17} and area{n % 5}", f"step {n}", n * DAY) for n in range(40)
]


class Tickets:
    """Tickets as the index takes them, each under its id; the stamp tells one state from another."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}

    def begin(self, _note: str, _count: int) -> bool:
        return False

    def stamps(self) -> dict[str, Stamp]:
        return {name: _stamp(entry) for name, entry in self.entries.items()}

    def load(self, key: str) -> tuple[Stamp, Document]:
        entry = self.entries[key]
        return _stamp(entry), Document((entry.title,), (entry.body,), alike=entry)

    def progress(self, done: int, total: int) -> None:
        return None


def _stamp(entry: Entry) -> Stamp:
    number = zlib.crc32(repr(entry).encode())
    return (number, 1, number, number)


def filled(path: Path | None, entries: list[Entry], problems: dict[str, Problem] | None = None) -> Duplicates:
    """The duplicates in an index that is brought up to date with the tickets."""
    index = Index(Tickets(entries), IndexFolder(str(path), "search") if path else None)
    index.refresh()
    return Duplicates(index, problems)


def ids(matches: list[Match]) -> list[str]:
    return [match.id for match in matches]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Android app crashed while a photo was saved", "a"),
        ("dark themes", "b"),
        ("ORA-00942 at login", "c"),
        ("Падение программы при сохранении файлов", "d"),
        ("程序崩溃", "e"),
        ("slow CSV exports", "f"),
    ],
)
def test_the_same_problem_in_other_words_is_found_first(query: str, found: str) -> None:
    index = filled(None, TICKETS + NOISE)
    assert index.similar(Entry("", query), limit=1)[0].id == found


def test_scores_are_probabilities_in_falling_order() -> None:
    index = filled(None, TICKETS + NOISE)
    scores = [match.score for match in index.similar(TICKETS[6], limit=20)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_ticket_is_not_its_own_duplicate() -> None:
    index = filled(None, TICKETS)
    assert "g" not in ids(index.similar(TICKETS[6]))


def test_only_older_tickets_are_found_before_a_moment() -> None:
    undated = Entry("u", "Crash while saving photos")
    index = filled(None, [*TICKETS, undated])
    assert "g" in ids(index.similar(TICKETS[0]))
    assert {"g", "u"}.isdisjoint(ids(index.similar(TICKETS[0], before=3 * DAY)))


def test_the_reasons_name_error_frame_words_and_component_as_written() -> None:
    query = Entry("", "Login: ORA-00942", "  at com.shop.Export.writeRow(Export.java:12)", 9 * DAY, "db")
    index = filled(None, TICKETS + NOISE)
    found = {match.id: match.reasons for match in index.similar(query)}
    assert "same error: ORA-00942" in found["c"]
    assert "same component: db" in found["c"]
    assert "same stack frame: com.shop.Export.writeRow" in found["f"]


def test_of_a_known_problem_the_likeliest_ticket_stands_for_all_others() -> None:
    problems = dict.fromkeys("agf", Problem("a", 2, 7 * DAY))
    entry = Entry("", "App crashes while a photo is saved", "On Android.", 8 * DAY)
    assert {"a", "g"} < set(ids(filled(None, TICKETS).similar(entry)))
    found = filled(None, TICKETS, problems)
    assert len({"a", "g"} & set(ids(found.similar(entry)))) == 1
    assert {"a", "g"} < set(ids(found.similar(replace(entry, id="f"))))


def test_a_problem_that_was_repeated_lately_is_the_likelier_one() -> None:
    twins = [Entry(name, "Sync stops on slow networks", "It never ends.", 2 * DAY) for name in ("x", "y")]
    entry = Entry("", "Sync stops", "On slow networks it never ends.", 9 * DAY)
    before = [match.score for match in filled(None, twins).similar(entry)]
    assert before[0] == before[1]
    after = filled(None, twins, {"y": Problem("y", 3, 8 * DAY)}).similar(entry)
    assert ids(after) == ["y", "x"]
    assert after[0].score > before[0]


@pytest.mark.parametrize("query", ["", "!!! ---", "zzzunknown", "\x00\x1b]52;c\x07"])
def test_a_query_without_known_words_finds_nothing(query: str) -> None:
    index = filled(None, TICKETS)
    assert index.similar(Entry("", query)) == []


def test_tickets_without_a_title_or_a_body_are_compared_too() -> None:
    bare = [Entry("t1", "", "crash on save"), Entry("t2", "crash on save"), Entry("t3", "")]
    index = filled(None, bare)
    assert set(ids(index.similar(Entry("", "", "crash on save")))) == {"t1", "t2"}
    assert set(ids(index.similar(Entry("", "crash on save")))) == {"t1", "t2"}


def test_an_empty_store_has_no_duplicates() -> None:
    index = filled(None, [])
    assert index.similar(TICKETS[0]) == []
    assert index.clusters(0.5) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(range(30)), max_size=25, unique=True), max_size=5))
def test_any_history_of_refreshes_answers_like_a_new_index(history: list[list[int]]) -> None:
    def version(number: int, round_: int) -> Entry:
        words = random.Random(number * (round_ % 3 + 1)).choices("abcdefghij", k=6)
        title = " ".join(f"word{w}" for w in words)
        return Entry(f"t{number}", title, title[::-1], number * DAY, "x" * (number % 2))

    stores = [[version(n, round_) for n in numbers] for round_, numbers in enumerate(history)]
    query = Entry("", "worda wordb wordc wordd", "j drow", 99 * DAY, "x")
    with tempfile.TemporaryDirectory() as folder:
        for entries in stores:
            grown, fresh = filled(Path(folder), entries), filled(None, entries)
            assert grown.similar(query) == fresh.similar(query)
            assert grown.clusters(0.3) == fresh.clusters(0.3)


def test_more_tickets_than_a_block_holds_are_all_found(tmp_path: Path) -> None:
    many = [Entry(f"t{n}", f"E{n} thing") for n in range(BLOCK + 8)]
    filled(tmp_path, many)
    index = filled(tmp_path, [*many[:-1], Entry(f"t{BLOCK + 7}", "replaced thing"), Entry("new", "latest")])
    for title, found in (("E3", "t3"), (f"E{BLOCK + 3}", f"t{BLOCK + 3}"), ("latest", "new"),
                         ("replaced", f"t{BLOCK + 7}")):  # fmt: skip
        assert ids(index.similar(Entry("", title)))[0] == found
    assert index.similar(Entry("", f"E{BLOCK + 7}")) == []


def test_clusters_join_what_is_surely_alike() -> None:
    twins = [
        Entry("x1", "Crash on save of large photos", "It crashes with a segfault.", 50 * DAY),
        Entry("x2", "Crash on save of large photos", "It crashes with a segfault.", 51 * DAY),
        Entry("x3", "Crash on save of large photos", "It crashes: segfault.", 53 * DAY),
    ]
    index = filled(None, TICKETS + NOISE + twins)
    groups = index.clusters(0.5)
    assert ["x1", "x2", "x3"] in groups
    assert all(not {"b", "d"} & set(group) for group in groups)


def test_of_many_tickets_in_the_same_words_the_nearest_in_time_are_found() -> None:
    index = filled(None, [Entry(f"s{n:03}", "Disk is full", "The same alert.", n * DAY) for n in range(1, 600)])
    found = index.similar(Entry("", "Disk is full", "The same alert.", 250.4 * DAY), 5)
    assert [one.id for one in found] == ["s250", "s251", "s249", "s252", "s248"]


_HASHED = """
from plaintickets.core.similar import Entry, Profile, count_words, entry_facts, entry_terms, features
def profile(title, body):
    entry = Entry("", title, body)
    titles, bodies = entry_terms(entry)
    return Profile(count_words(titles, bodies), entry_facts(entry, titles))
words = [f"{letter}valve" for letter in "abcdefghijklmnop"]
one, other = profile(" ".join(words), "leak"), profile("leak", " ".join(words))
class Weights(dict):
    def __missing__(self, term):
        return 1 / (3 + ord(term[0]) % 19)
print(features(one, other, Weights(), 1.0, 1.0), features(other, one, Weights(), 1.0, 1.0))
"""


def test_a_score_does_not_depend_on_the_order_of_sets_in_a_process() -> None:
    command = [sys.executable, "-c", _HASHED]
    runs = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        for seed in ("0", "1", "2", "3")
    ]
    assert len({done.stdout for done in runs}) == 1
