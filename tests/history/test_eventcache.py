"""The cache of events: never needed, never trusted, never in the way."""

from __future__ import annotations

import os
import sqlite3
import stat
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from repositories import Builder, Reader, ticket

from plaintickets.history.cache import NAME
from plaintickets.history.load import read

if TYPE_CHECKING:
    from pathlib import Path

    from plaintickets.history.timeline import History

T1 = ".tickets/pt-1.md"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    builder = Builder(tmp_path / "r")
    for status in ("open", "waiting", "closed"):
        builder.commit({T1: ticket("pt-1", status=status)})
    return builder.finish()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "derived"


def rows(history: History) -> list[dict[str, object]]:
    return [event.as_json() for event in history.events]


def test_the_cache_is_readable_by_its_user_only(reader: Reader, folder: Path) -> None:
    read(reader, ".tickets", cache=str(folder))
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "newer", "other tables", "link"])
def test_a_damaged_cache_is_made_anew(reader: Reader, folder: Path, damage: str) -> None:
    wanted = rows(read(reader, ".tickets", cache=str(folder)))
    path = folder / NAME
    whole = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(b"not a database" * 1000)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "newer":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE meta SET value = 'later' WHERE name = 'conditions'")
    elif damage == "other tables":
        path.unlink()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE meta (word TEXT)")
            connection.execute("CREATE VIEW graph AS SELECT 1")
    else:
        path.rename(folder / "elsewhere")
        path.symlink_to(folder / "elsewhere")
    for ticket_id in ("pt-1", None):
        assert rows(read(reader, ".tickets", cache=str(folder), ticket=ticket_id)) == wanted
    assert rows(read(reader, ".tickets", cache=str(folder))) == wanted


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE touches SET happenings = substr(happenings, 3)",
        "UPDATE touches SET happenings = '[[1]]'",
        "UPDATE touches SET new = x'ff'",
        "UPDATE touches SET old = 3",
        "UPDATE revisions SET oid = x'00' || substr(oid, 2)",
        "UPDATE revisions SET date = 'soon'",
        "UPDATE revisions SET subject = 'hcange'",
        "UPDATE touches SET happenings = replace(happenings, 'created', 'CREATED')",
        "DELETE FROM revisions",
    ],
)
def test_rows_that_nobody_wrote_so_are_read_anew(reader: Reader, folder: Path, damage: str) -> None:
    wanted = rows(read(reader, ".tickets", cache=str(folder)))
    with sqlite3.connect(folder / NAME) as connection:
        connection.execute(damage)
    assert rows(read(reader, ".tickets", cache=str(folder))) == wanted
    assert rows(read(reader, ".tickets", cache=str(folder), ticket="pt-1"))


def test_a_cache_that_others_may_write_is_not_read(reader: Reader, folder: Path) -> None:
    wanted = rows(read(reader, ".tickets", cache=str(folder)))
    with sqlite3.connect(folder / NAME) as connection:
        connection.execute("DELETE FROM touches")
    (folder / NAME).chmod(0o666)
    assert rows(read(reader, ".tickets", cache=str(folder))) == wanted


def test_a_locked_cache_is_no_hindrance(reader: Reader, folder: Path) -> None:
    read(reader, ".tickets", "HEAD~1", cache=str(folder))
    wanted = rows(read(reader, ".tickets"))
    for lock in ("IMMEDIATE", "EXCLUSIVE"):
        other = sqlite3.connect(folder / NAME, isolation_level=None)
        other.execute(f"BEGIN {lock}")
        assert rows(read(reader, ".tickets", cache=str(folder))) == wanted
        other.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_hindrance(reader: Reader, folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o500)
    assert rows(read(reader, ".tickets", cache=str(folder))) == rows(read(reader, ".tickets"))
    assert not list(folder.iterdir())


def test_a_file_where_the_folder_should_be_is_no_hindrance(reader: Reader, folder: Path) -> None:
    folder.write_text("in the way")
    assert rows(read(reader, ".tickets", cache=str(folder))) == rows(read(reader, ".tickets"))


def test_asking_for_one_ticket_makes_no_cache(reader: Reader, folder: Path) -> None:
    assert len(read(reader, ".tickets", ticket="pt-1", cache=str(folder)).events) == 3
    assert not folder.exists()


def test_only_new_commits_are_read(tmp_path: Path, folder: Path) -> None:
    builder = Builder(tmp_path / "r")
    for number in range(20):
        builder.commit({T1: ticket("pt-1", text=f"{number}\n")})
    read(builder.finish(), ".tickets", cache=str(folder))
    builder.commit({T1: ticket("pt-1", text="last\n")})
    reader = builder.finish()
    with sqlite3.connect(folder / NAME) as connection:
        for row in connection.execute("SELECT * FROM revisions").fetchall():
            kept = (*row[:5], "kept", *row[6:-1])
            told = crc32(repr(kept).encode())
            connection.execute("UPDATE revisions SET subject = 'kept', sum = ? WHERE oid = ?", (told, row[0]))
    subjects = [event.revision.subject for event in read(reader, ".tickets", cache=str(folder)).events]
    assert subjects == ["kept"] * 21 + ["change"]
