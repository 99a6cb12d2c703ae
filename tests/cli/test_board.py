"""`tk board`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from plaintickets.render.width import width

if TYPE_CHECKING:
    from builders import Repository
    from store_files import Tk

LIMITS = "limits: {in_progress: 1}\n"


@pytest.fixture
def store(repository: Repository) -> Tk:
    tk = repository.tk
    tk.write("b-1", "First", status="in_progress", priority="1", deps="b-3", more="assignee: ada\nmilestone: '2'\n")
    tk.write("b-2", "Second", status="in_progress", priority="3", more="assignee: bo\n")
    tk.write("b-3", "漢字" * 30, priority="0", more="assignee: ada\n")
    for number in range(10, 22):
        tk.write(f"b-{number}", "Done", status="closed", more=f"closed: 2026-01-{number}T00:00:00Z\n")
    (tk.store / "config.yml").write_text(LIMITS)
    return tk


def shown(tk: Tk, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tk("board", *words, "--json").stdout)
    return found


def ids(cell: dict[str, Any]) -> list[str]:
    return [card["ticket"]["id"] for card in cell["cards"]]


def test_each_status_is_a_column_and_closed_cards_are_bounded(store: Tk) -> None:
    board = shown(store)
    counts = [(one["name"], one["count"], one["limit"], one["over"]) for one in board["columns"]]
    assert counts == [("open", 1, None, False), ("in_progress", 2, 1, True), ("closed", 12, None, False)]
    [lane] = board["lanes"]
    assert [ids(cell) for cell in lane["cells"][:2]] == [["b-3"], ["b-1", "b-2"]]
    closed = lane["cells"][2]
    assert (ids(closed)[0], len(closed["cards"]), closed["hidden"]) == ("b-21", 10, 2)
    assert lane["cells"][1]["cards"][0]["blockers"] == ["b-3"]
    assert shown(store, "--done", "0")["lanes"][0]["cells"][2]["hidden"] == 0


def test_the_first_cards_of_a_cell_are_those_of_the_whole_cell(store: Tk) -> None:
    for number in range(30, 60):
        status, closed = ("closed", f"closed: 2026-02-{number - 29:02}T00:00:00Z\n") if number % 3 else ("open", "")
        store.write(f"b-{number}", "More", status=status, priority=str(number % 5), more=f"assignee: ada\n{closed}")
    for by in (("--by", "assignee", "--done", "0"), ("--done", "0"), ("--by", "priority", "--done", "20")):
        whole = [ids(cell) for cell in shown(store, *by)["lanes"][0]["cells"]]
        assert max(map(len, whole)) > 5
        for most in (1, 5):
            some = [ids(cell) for cell in shown(store, *by, "--limit", str(most))["lanes"][0]["cells"]]
            assert some == [cell[:most] for cell in whole]


def test_a_limit_counts_all_tickets_of_the_status(store: Tk) -> None:
    column = shown(store, "assignee:bo")["columns"][1]
    assert (column["count"], column["total"], column["over"]) == (1, 2, True)
    assert "in_progress (1; 2 in all, limit 1) OVER" in store("board", "assignee:bo").stdout


def test_columns_and_lanes_by_other_fields(store: Tk) -> None:
    board = shown(store, "--by", "assignee", "--swimlane", "milestone")
    assert [one["name"] for one in board["columns"]] == ["ada", "bo"]
    assert [(lane["name"], [ids(cell) for cell in lane["cells"]]) for lane in board["lanes"]] == [
        ("2", [["b-1"], []]),
        ("none", [["b-3"], ["b-2"]]),
    ]
    board = shown(store, "--by", "priority", "--done", "3")
    assert sum(len(cell["cards"]) for cell in board["lanes"][0]["cells"]) == 6


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--by", "asignee"), 2, "Did you mean 'assignee'?"),
        (("--swimlane", "milstone"), 2, "Did you mean 'milestone'?"),
        (("--by", "status", "--swimlane", "status"), 2, "both by 'status'"),
        (("--format", "txt"), 2, "Did you mean 'text'?"),
        (("--json", "--format", "md"), 2, "exclude each other"),
        (("--by", "updated"), 3, "cannot group by 'updated'"),
        (("@mien",), 2, "no saved query '@mien'"),
    ],
)
def test_what_nobody_knows_is_an_error(store: Tk, words: tuple[str, ...], code: int, said: str) -> None:
    done = store("board", *words)
    assert (done.code, done.stdout) == (code, "")
    assert said in done.stderr


@pytest.mark.parametrize("columns", [20, 42, 80, 133])
def test_no_line_is_wider_than_the_terminal(store: Tk, columns: int) -> None:
    store.environment["COLUMNS"] = str(columns)
    store.environment["TERM"] = "dumb"
    text = store("--color", "always", "board").stdout
    lines = re.sub(r"\x1b\[\d+m", "", text).splitlines()
    assert max(map(width, lines)) <= columns
    assert ("folded, because" in text) == (columns < 64)
    assert "b-3" in text


def test_a_narrow_column_keeps_its_name_and_that_it_is_over(store: Tk) -> None:
    store.environment["COLUMNS"] = "66"
    heads = store("--color", "always", "board", "assignee:bo").stdout.splitlines()[0]
    assert re.sub(r"\x1b\[\d+m", "", heads).split() == ["open", "(0)", "in_progress", "(1)", "OVER", "closed", "(0)"]


def test_nothing_that_matches_is_no_error(store: Tk) -> None:
    done = store("board", "nosuchword", "--swimlane", "type")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")


def test_text_of_a_stranger_stays_text(store: Tk) -> None:
    store.write("b-9", "\x1b[31mred</h1> | *x* @all [a](http://x)", more='assignee: "e\\x1b[2Jve"\n')
    for form in ("text", "md", "json"):
        text = store("board", "--format", form, "--by", "assignee").stdout
        assert "\x1b" not in text
        assert form != "md" or ("</h1>" not in text and "[a](" not in text)


def test_check_names_a_column_over_its_limit(store: Tk) -> None:
    found = json.loads(store("check", "--json").stdout)["findings"]
    [finding] = [one for one in found if one["code"] == "too-many-in-status"]
    assert (finding["level"], finding["path"], finding["line"]) == ("warning", ".tickets/config.yml", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limits: {in_progres: 1}\n", "unknown status 'in_progres'. Did you mean 'in_progress'?"),
        ("limits: {open: 0}\n", "the limit of 'open' cannot be '0'"),
        ("limits: {open: many}\n", "the limit of 'open' cannot be 'many'"),
        ("limits: {open: 99999999999999999999}\n", "from 1 to 9999"),
        ("limits: [open]\n", "limits must be a mapping"),
    ],
)
def test_a_wrong_limit_is_an_error_at_its_line(store: Tk, text: str, said: str) -> None:
    (store.store / "config.yml").write_text(text)
    done = store("check")
    assert "config.yml:1" in done.stdout + done.stderr
    assert said in done.stdout + done.stderr


def test_limits_come_back_from_the_cache(store: Tk) -> None:
    assert shown(store) == shown(store)
    assert "1" in store("config", "limits").stdout
