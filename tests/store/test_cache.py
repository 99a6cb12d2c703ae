"""The cache of tickets: renewed beside its place, and nothing of it is left behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.ticket import Ticket
from plaintickets.store.cache import read_cached

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plaintickets.core.problem import Problem
    from plaintickets.store.files import Found

FILES = [("pt-1.md", 1, 1, 1, 1), ("pt-2.md", 1, 1, 1, 2)]


def read(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
    return [(Ticket(path[:-3], path, {"status": "open"}, "Title"), path, []) for path, *_ in some]


def never(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
    raise AssertionError(some)


def test_a_cache_that_holds_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "tickets.sqlite"
    assert read_cached(str(path), FILES, read) is not None
    inode = path.stat().st_ino
    kept = read_cached(str(path), FILES, never)
    assert kept is not None
    assert (sorted(kept[0]), path.stat().st_ino) == (["pt-1", "pt-2"], inode)


def test_only_what_changed_is_read_again_and_who_reads_the_old_cache_keeps_it(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets.sqlite")
    old = read_cached(path, FILES, read)
    asked: list[Found] = []

    def noted(some: Sequence[Found]) -> list[tuple[Ticket | None, str, list[Problem]]]:
        asked.extend(some)
        return read(some)

    changed = ("pt-3.md", 1, 1, 1, 3)
    new = read_cached(path, [FILES[0], changed], noted)
    assert old is not None
    assert new is not None
    assert (asked, sorted(new[0]), sorted(old[0])) == ([changed], ["pt-1", "pt-3"], ["pt-1", "pt-2"])


def test_what_dead_processes_and_older_versions_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "tickets.sqlite"
    dead, living = tmp_path / "tickets.sqlite.1-1.new", tmp_path / "tickets.sqlite.2-2.new"
    for left in (dead, living, tmp_path / "tickets.sqlite-wal", tmp_path / "tickets.sqlite-shm"):
        left.write_bytes(b"x")
    os.utime(dead, (0, 0))
    assert read_cached(str(path), FILES, read) is not None
    assert sorted(tmp_path.iterdir()) == [path, living]
