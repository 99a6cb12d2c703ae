"""A sealed file is read as it was written, or not at all."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plaintickets.store import checked_sqlite

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a %?# ü.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (x); INSERT INTO t VALUES ('one'), ('two');")
    connection.close()
    checked_sqlite.seal(str(path))
    return path


def held(path: Path) -> list[str] | None:
    connection = checked_sqlite.opened(str(path))
    if connection is None:
        return None
    rows = [row[0] for row in connection.execute("SELECT x FROM t")]
    connection.close()
    return rows


def test_a_sealed_file_is_read_wherever_it_lies(file: Path) -> None:
    assert held(file) == ["one", "two"]
    file.chmod(0o400)
    assert held(file) == ["one", "two"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 8191), st.integers(1, 255))
def test_one_changed_byte_is_noticed_wherever_it_is(file: Path, place: int, mask: int) -> None:
    good = file.read_bytes()
    assert len(good) == 8192
    bad = bytearray(good)
    bad[place] ^= mask
    file.write_bytes(bad)
    assert held(file) is None
    file.write_bytes(good)
    assert held(file) == ["one", "two"]


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", bytes(8192)])
def test_what_was_never_sealed_is_not_read(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert held(file) is None


def test_a_link_a_folder_and_a_pipe_are_not_read(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    assert [held(path) for path in (link, tmp_path, tmp_path / "pipe", tmp_path / "nowhere")] == [None] * 4


def test_a_reader_keeps_what_it_opened_when_the_file_is_replaced(file: Path, tmp_path: Path) -> None:
    connection = checked_sqlite.opened(str(file))
    assert connection is not None
    other = tmp_path / "other"
    other.write_bytes(bytes(8192))
    os.replace(other, file)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
    connection.close()
