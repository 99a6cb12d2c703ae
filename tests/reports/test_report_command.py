"""`tk report` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from store_files import Tk

if TYPE_CHECKING:
    from builders import Repository


@pytest.fixture
def store(repository: Repository) -> Repository:
    repository.tk.write("pr-1", "First", status="closed", priority="1")
    repository.tk.write("pr-2", "Second", priority="1")
    repository.tk.write("pr-3", "Third", priority="4")
    repository.tk.write("pr-4", "Fourth", priority="soon")
    repository.commit_all()
    return repository


def test_reports_are_listed_where_none_is_named(store: Repository) -> None:
    shown = store.tk("report")
    assert shown.code == 0
    assert "backlog" in shown.stdout
    assert "volume" in shown.stdout


def test_every_report_has_every_format(store: Repository) -> None:
    names = [row["name"] for row in json.loads(store.tk("report", "--json").stdout)["rows"]]
    for name in names:
        table = json.loads(store.tk("report", name, "--json").stdout)
        keys = [column["key"] for column in table["columns"]]
        assert all(list(row) == keys for row in table["rows"])
        rows = list(csv.reader(io.StringIO(store.tk("report", name, "--format", "csv").stdout)))
        assert rows[0] == keys
        assert [["" if cell is None else str(cell) for cell in row.values()] for row in table["rows"]] == rows[1:]
        for form in ("text", "md"):
            shown = store.tk("report", name, "--format", form)
            assert shown.code == 0
            assert table["title"] in shown.stdout


def test_the_backlog_counts_open_tickets_alone_and_says_what_it_cannot_read(store: Repository) -> None:
    rows = json.loads(store.tk("report", "backlog", "--json").stdout)["rows"]
    assert [(row["priority"], row["open"]) for row in rows] == [("1 high", 1), ("4 backlog", 1), ("unreadable", 1)]


def test_a_query_selects_the_tickets_of_a_report(store: Repository) -> None:
    rows = json.loads(store.tk("report", "backlog", "priority:4", "--json").stdout)["rows"]
    assert [row["priority"] for row in rows] == ["4 backlog"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("volme",), "no report 'volme'"),
        (("volume", "--since", "nosuch"), "invalid date 'nosuch'"),
        (("volume", "--since", "2030-01-01"), "nothing is between"),
        (("volume", "--since", "0001-01-01", "--per", "day"), "too many days"),
    ],
)
def test_what_a_report_cannot_do_is_said(store: Repository, words: tuple[str, ...], said: str) -> None:
    shown = store.tk("report", *words)
    assert shown.code == 2
    assert said in shown.stderr


def test_a_shallow_clone_does_not_count_unless_asked_to(store: Repository) -> None:
    store.tk("close", "pr-2")
    clone = store.folder.parent / "clone"
    store.git("clone", "-q", "--depth", "1", f"file://{store.folder}", str(clone))
    there = Tk(store.tk.command, clone, store.tk.environment)
    assert there("report", "volume").code == 4
    assert "shallow" in there("report", "volume", "--partial").stdout
