"""The duplicate index on real files: answers, refresh, damage, other processes."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plaintickets.core.similar import Entry
from plaintickets.search.duplicates import DuplicateIndex, Match

if TYPE_CHECKING:
    from pathlib import Path

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


def filled(path: Path | None, entries: list[Entry]) -> DuplicateIndex:
    """An index of the tickets, each under its id."""
    index = DuplicateIndex.open(path)
    refresh(index, entries)
    return index


def refresh(index: DuplicateIndex, entries: list[Entry]) -> None:
    by_id = {entry.id: entry for entry in entries}
    index.refresh({name: repr(entry) for name, entry in by_id.items()}, by_id.__getitem__)


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
    with filled(None, TICKETS + NOISE) as index:
        assert index.similar(Entry("", query), limit=1)[0].id == found


def test_scores_are_probabilities_in_falling_order() -> None:
    with filled(None, TICKETS + NOISE) as index:
        scores = [match.score for match in index.similar(TICKETS[6], limit=20)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_ticket_is_not_its_own_duplicate() -> None:
    with filled(None, TICKETS) as index:
        assert "g" not in ids(index.similar(TICKETS[6]))


def test_only_older_tickets_are_found_before_a_moment() -> None:
    undated = Entry("u", "Crash while saving photos")
    with filled(None, [*TICKETS, undated]) as index:
        assert "g" in ids(index.similar(TICKETS[0]))
        assert {"g", "u"}.isdisjoint(ids(index.similar(TICKETS[0], before=3 * DAY)))


def test_the_reasons_name_error_frame_words_and_component_as_written() -> None:
    query = Entry("", "Login: ORA-00942", "  at com.shop.Export.writeRow(Export.java:12)", 9 * DAY, "db")
    with filled(None, TICKETS + NOISE) as index:
        found = {match.id: match.reasons for match in index.similar(query)}
    assert "same error: ORA-00942" in found["c"]
    assert "same component: db" in found["c"]
    assert "same stack frame: com.shop.Export.writeRow" in found["f"]


@pytest.mark.parametrize("query", ["", "!!! ---", "zzzunknown", "\x00\x1b]52;c\x07"])
def test_a_query_without_known_words_finds_nothing(query: str) -> None:
    with filled(None, TICKETS) as index:
        assert index.similar(Entry("", query)) == []


def test_tickets_without_a_title_or_a_body_are_compared_too() -> None:
    bare = [Entry("t1", "", "crash on save"), Entry("t2", "crash on save"), Entry("t3", "")]
    with filled(None, bare) as index:
        assert set(ids(index.similar(Entry("", "", "crash on save")))) == {"t1", "t2"}
        assert set(ids(index.similar(Entry("", "crash on save")))) == {"t1", "t2"}


def test_an_empty_store_has_no_duplicates() -> None:
    with filled(None, []) as index:
        assert index.similar(TICKETS[0]) == []
        assert index.clusters(0.5) == []


def test_only_what_differs_is_read_again(tmp_path: Path) -> None:
    current = {entry.id: "1" for entry in TICKETS}
    by_id = {entry.id: entry for entry in TICKETS}
    read: list[str] = []

    def load(key: str) -> Entry:
        read.append(key)
        return by_id[key]

    with DuplicateIndex.open(tmp_path / "dup") as index:
        index.refresh(current, load)
    with DuplicateIndex.open(tmp_path / "dup") as index:
        read.clear()
        assert index.pending(current | {"b": "2"}) == 1
        index.refresh(current | {"b": "2"}, load)
        assert read == ["b"]
        index.refresh(current | {"b": "2"}, load)
        assert read == ["b"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(range(30)), max_size=25, unique=True), max_size=5))
def test_any_history_of_refreshes_answers_like_a_new_index(history: list[list[int]]) -> None:
    def version(number: int, round_: int) -> Entry:
        words = random.Random(number * (round_ % 3 + 1)).choices("abcdefghij", k=6)
        title = " ".join(f"word{w}" for w in words)
        return Entry(f"t{number}", title, title[::-1], number * DAY, "x" * (number % 2))

    stores = [[version(n, round_) for n in numbers] for round_, numbers in enumerate(history)]
    query = Entry("", "worda wordb wordc wordd", "j drow", 99 * DAY, "x")
    with DuplicateIndex.open(None) as grown:
        for entries in stores:
            refresh(grown, entries)
            with filled(None, entries) as fresh:
                assert ids(grown.similar(query)) == ids(fresh.similar(query))


def test_more_tickets_than_a_block_holds_are_all_found(tmp_path: Path) -> None:
    many = [Entry(f"t{n}", f"E{n} thing") for n in range(8200)]
    with filled(tmp_path / "dup", many) as index:
        refresh(index, [*many[:-1], Entry("t8199", "replaced thing"), Entry("new", "latest")])
        for title, found in (("E3", "t3"), ("E8195", "t8195"), ("latest", "new"),
                             ("replaced", "t8199")):  # fmt: skip
            assert ids(index.similar(Entry("", title)))[0] == found
        assert index.similar(Entry("", "E8199")) == []


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "bytes", "foreign", "version"])
def test_a_damaged_or_foreign_file_is_built_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "dup"
    with filled(path, TICKETS + NOISE) as index:
        expected = index.similar(TICKETS[6])
    good = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_bytes(b"hello" * 500)
    elif damage == "cut":
        path.write_bytes(good[: len(good) // 2])
    elif damage == "bytes":
        path.write_bytes(good[:4096] + os.urandom(len(good) - 4096))
    else:
        with sqlite3.connect(path) as connection:
            if damage == "foreign":
                connection.execute("CREATE TRIGGER t DELETE ON ticket BEGIN DELETE FROM term; END")
            else:
                connection.execute("UPDATE about SET value = x'39' WHERE name = 'version'")
        connection.close()
    with filled(path, TICKETS + NOISE) as index:
        assert index.similar(TICKETS[6]) == expected


def test_a_flipped_bit_in_the_postings_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "dup"
    with filled(path, TICKETS) as index:
        expected = index.similar(TICKETS[6])
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT rowid_, held FROM (SELECT term AS rowid_, held"
                                  " FROM posting)").fetchall()  # fmt: skip
        for term, held in rows:
            flipped = bytes([held[0] ^ 1]) + held[1:]
            connection.execute("UPDATE posting SET held = ? WHERE term = ?", (flipped, term))
    connection.close()
    with filled(path, TICKETS) as index:
        assert index.similar(TICKETS[6]) == expected


def test_while_another_process_writes_the_changes_are_answered_from_memory(tmp_path: Path) -> None:
    path = tmp_path / "dup"
    filled(path, TICKETS[:-1]).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with filled(path, TICKETS) as index:
            assert "g" in ids(index.similar(TICKETS[0]))
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_folder_that_cannot_be_used_is_no_obstacle(tmp_path: Path) -> None:
    with filled(tmp_path / "no" / "folder" / "dup", TICKETS) as index:
        assert "g" in ids(index.similar(TICKETS[0]))
    (tmp_path / "file").write_text("x")
    with filled(tmp_path / "file" / "dup", TICKETS) as index:
        assert "g" in ids(index.similar(TICKETS[0]))


def test_a_foreign_file_that_cannot_be_opened_for_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "dup"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE ticket (key TEXT)")
    other.execute("BEGIN EXCLUSIVE")
    try:
        with filled(path, TICKETS) as index:
            assert "g" in ids(index.similar(TICKETS[0]))
            assert index.clusters(2.0) == []
    finally:
        other.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_answered_from_memory(tmp_path: Path) -> None:
    path = tmp_path / "dup"
    filled(path, TICKETS[:-1]).close()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        with filled(path, TICKETS) as index:
            assert "g" in ids(index.similar(TICKETS[0]))
    finally:
        tmp_path.chmod(0o700)


_WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from plaintickets.core.similar import Entry
from plaintickets.search.duplicates import DuplicateIndex
def load(key):
    if key == "k150":
        os.kill(os.getpid(), 9)
    return Entry(key, "some title " + key)
index = DuplicateIndex.open(Path(sys.argv[1]))
index.refresh({f"k{n}": "9" for n in range(300)}, load)
"""


def test_a_process_killed_while_indexing_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dup"
    filled(path, TICKETS).close()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", _WRITE_AND_DIE, str(path)], env=environment, check=False)
    assert killed.returncode != 0
    with DuplicateIndex.open(path) as index:
        assert index.pending({entry.id: repr(entry) for entry in TICKETS}) == 0
        refresh(index, TICKETS)
        assert "g" in ids(index.similar(TICKETS[0]))


def test_clusters_join_what_is_surely_alike() -> None:
    twins = [
        Entry("x1", "Crash on save of large photos", "It crashes with a segfault.", 50 * DAY),
        Entry("x2", "Crash on save of large photos", "It crashes with a segfault.", 51 * DAY),
        Entry("x3", "Crash on save of large photos", "It crashes: segfault.", 53 * DAY),
    ]
    with filled(None, TICKETS + NOISE + twins) as index:
        groups = index.clusters(0.5)
    assert ["x1", "x2", "x3"] in groups
    assert all(not {"b", "d"} & set(group) for group in groups)
