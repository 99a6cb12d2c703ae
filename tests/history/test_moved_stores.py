"""The history of a store whose whole folder was moved is seen across the move, by every way of reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from repositories import Builder, ticket

from plaintickets.history.load import read

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Reader


def told(reader: Reader, cache: Path | None = None, *, one: str | None = None) -> list[tuple[object, ...]]:
    """The events of the store at `.tickets`, each in short."""
    folder = str(cache) if cache else None
    events = read(reader, ".tickets", ticket=one, cache=folder).events
    return [(event.ticket, event.kind, event.field, event.before, event.after) for event in events]


def move(builder: Builder, old: str, new: str) -> int:
    """Commits the move of everything in a folder."""
    tree = builder.trees[len(builder.trees) - 1]
    files: dict[str, bytes | None] = {}
    for path, (_, content) in tree.items():
        if path.startswith(old):
            files[path] = None
            files[new + path[len(old) :]] = content
    return builder.commit(files)


def told_at(folder: Path, places: tuple[str, ...]) -> Builder:
    """A history in which the store lies in one place after another, and is worked on in each."""
    builder = Builder(folder)
    builder.commit({"README": b"text"})
    builder.commit({f"{places[0]}pt-1.md": ticket("pt-1", priority="0"), "part/x": b"1"})
    for number, place in enumerate(places):
        if number:
            move(builder, places[number - 1], place)
        builder.commit({f"{place}pt-1.md": ticket("pt-1", priority=str(number + 1))})
        builder.commit({f"{place}new-{number}.md": ticket(f"new-{number}")})
    return builder


@pytest.mark.parametrize(
    "places",
    [
        ("old/.tickets/", ".tickets/"),
        ("a/.tickets/", "a/b/.tickets/", ".tickets/"),
        (".tickets/", "old/.tickets/", ".tickets/"),
    ],
)
def test_a_moved_store_has_the_history_of_one_that_stayed(tmp_path: Path, places: tuple[str, ...]) -> None:
    stayed = told_at(tmp_path / "stayed", (".tickets/",) * len(places)).finish()
    moved = told_at(tmp_path / "moved", places).finish()
    for one in (None, "pt-1", "new-0", f"new-{len(places) - 1}"):
        expected = told(stayed, one=one)
        assert len(expected) >= 1
        assert told(moved, one=one) == expected
        cold = tmp_path / f"cache-{one}"
        assert told(moved, cold, one=one) == expected
    warm = tmp_path / "warm"
    told(moved, warm)
    assert told(moved, warm) == told(stayed)
    assert told(moved, warm, one="pt-1") == told(stayed, one="pt-1")


def test_a_cache_made_before_the_move_and_grown_tells_what_a_new_one_tells(tmp_path: Path) -> None:
    builder = told_at(tmp_path / "r", ("old/.tickets/",))
    cache = tmp_path / "cache"
    assert told(builder.finish(), cache) == []
    move(builder, "old/.tickets/", ".tickets/")
    assert told(builder.finish(), cache) == told(builder.finish())
    builder.commit({".tickets/pt-1.md": ticket("pt-1", priority="4")})
    reader = builder.finish()
    assert told(reader, cache) == told(reader)
    assert ("pt-1", "changed", "priority", "1", "4") in [tuple(map(str, row)) for row in told(reader, cache)]


def test_work_in_the_old_folder_on_a_branch_that_is_merged_later_is_told(tmp_path: Path) -> None:
    builder = told_at(tmp_path / "r", ("old/.tickets/",))
    base = len(builder.trees) - 1
    moved = move(builder, "old/.tickets/", ".tickets/")
    text = ticket("pt-1", priority="4")
    side = builder.commit({"old/.tickets/pt-1.md": text}, parents=(base,), branch="side")
    builder.merge(moved, side, files={".tickets/pt-1.md": text})
    reader = builder.finish()
    changes = [tuple(map(str, row)) for row in told(reader)]
    assert changes.count(("pt-1", "changed", "priority", "1", "4")) == 1
    assert told(reader, one="pt-1") == [row for row in told(reader) if row[0] == "pt-1"]


def test_another_store_that_is_still_there_is_no_former_folder(tmp_path: Path) -> None:
    builder = told_at(tmp_path / "r", ("old/.tickets/", ".tickets/"))
    builder.commit({"old/.tickets/other.md": ticket("other")})
    reader = builder.finish()
    cache = tmp_path / "cache"
    assert "other" not in {row[0] for row in told(reader)}
    assert told(reader, cache) == told(reader)
    assert told(reader, one="new-1") == [row for row in told(reader) if row[0] == "new-1"]


def test_tickets_taken_over_from_a_second_store_start_where_they_come(tmp_path: Path) -> None:
    builder = told_at(tmp_path / "r", (".tickets/",))
    builder.commit({"part/.tickets/far.md": ticket("far")})
    builder.commit({"part/.tickets/far.md": ticket("far", priority="4")})
    move(builder, "part/.tickets/", ".tickets/")
    reader = builder.finish()
    assert [row[1] for row in told(reader) if row[0] == "far"] == ["created"]
    assert told(reader, one="far") == [row for row in told(reader) if row[0] == "far"]
