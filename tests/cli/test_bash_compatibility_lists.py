"""The lines of ls, ready, blocked and closed, as scripts read them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk


def ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_ls_pads_the_id_to_eight_and_never_cuts(tk: Tk) -> None:
    title = "A title that is longer than any terminal is wide, " * 4
    tk.write("a-1", "Short")
    tk.write("a-longer-identifier", title.strip())
    assert tk("ls").lines == [
        "a-1      [open] - Short",
        f"a-longer-identifier [open] - {title.strip()}",
    ]


def test_ls_is_in_the_order_of_file_names(tk: Tk) -> None:
    for name in ("b-1", "a-2", "a-10"):
        tk.write(name)
    assert ids(tk("ls").stdout) == ["a-10", "a-2", "b-1"]


def test_list_is_ls(tk: Tk) -> None:
    tk.write("a-1", "One")
    assert tk("list").stdout == tk("ls").stdout == "a-1      [open] - One\n"


def test_ls_names_every_dependency_even_closed_and_missing_ones(tk: Tk) -> None:
    tk.write("a-1", "Main", deps="a-3,a-2, gone")
    tk.write("a-2", "Dep", status="in_progress")
    tk.write("a-3", "Done", status="closed")
    assert tk("ls").lines[:2] == [
        "a-1      [open] - Main <- [a-3, a-2, gone]",
        "a-2      [in_progress] - Dep",
    ]


def test_ls_keeps_colons_pipes_and_quotes_of_a_title(tk: Tk) -> None:
    title = """Fix: "a | b" isn't % $HOME — ñ"""
    tk.write("a-1", title)
    assert tk("ls").stdout == f"a-1      [open] - {title}\n"


@pytest.mark.parametrize("status", ["open", "in_progress", "closed"])
def test_ls_by_status(tk: Tk, status: str) -> None:
    for number, one in enumerate(["open", "in_progress", "closed"]):
        tk.write(f"a-{number}", one, status=one)
    shown = tk("ls", f"--status={status}")
    assert [line.split(" - ")[1] for line in shown.lines] == [status]


@pytest.mark.only_plaintickets
def test_ls_hides_closed_tickets_unless_asked(tk: Tk) -> None:
    tk.write("a-1", status="closed")
    tk.write("a-2")
    assert ids(tk("ls").stdout) == ["a-2"]
    assert ids(tk("ls", "--all").stdout) == ["a-1", "a-2"]


@pytest.mark.only_bash
def test_the_bash_tool_lists_closed_tickets(tk: Tk) -> None:
    tk.write("a-1", status="closed")
    tk.write("a-2")
    assert ids(tk("ls").stdout) == ["a-1", "a-2"]


@pytest.mark.parametrize("command", ["ls", "ready", "blocked", "closed"])
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("-a", "Bo Li"), "a-1"),
        (("--assignee=Bo Li",), "a-1"),
        (("-T", "api"), "a-2"),
        (("--tag=api",), "a-2"),
        (("-a", "Cy", "-T", "api"), "a-2"),
    ],
)
def test_each_list_filters_by_assignee_and_tag(tk: Tk, command: str, options: tuple[str, ...], wanted: str) -> None:
    status = "closed" if command == "closed" else "open"
    deps = "a-9" if command == "blocked" else ""
    tk.write("a-1", status=status, deps=deps, more="assignee: Bo Li\ntags: [ui, apis]\n")
    tk.write("a-2", status=status, deps=deps, more="assignee: Cy\ntags: [ui, api]\n")
    tk.write("a-3", status=status, deps=deps)
    assert ids(tk(command, *options).stdout) == [wanted]


@pytest.mark.parametrize("command", ["ls", "ready", "blocked", "closed"])
def test_a_filter_that_nothing_meets_gives_nothing_and_succeeds(tk: Tk, command: str) -> None:
    tk.write("a-1", status="closed" if command == "closed" else "open")
    shown = tk(command, "-a", "Nobody")
    assert (shown.stdout, shown.code) == ("", 0)


def test_ready_prints_priority_and_status(tk: Tk) -> None:
    tk.write("a-1", "First", priority="0", status="in_progress")
    tk.write("a-2", "Second", priority=None)
    assert tk("ready").lines == [
        "a-1      [P0][in_progress] - First",
        "a-2      [P2][open] - Second",
    ]


def test_ready_and_blocked_sort_by_priority_then_id(tk: Tk) -> None:
    for deps, command in (("", "ready"), ("zz", "blocked")):
        tk.write("a-3", deps=deps, priority="1")
        tk.write("a-1", deps=deps, priority="3")
        tk.write("a-2", deps=deps, priority="1")
        tk.write("a-4", deps=deps, priority="0")
        assert ids(tk(command).stdout) == ["a-4", "a-2", "a-3", "a-1"]


def test_a_ticket_is_ready_when_all_it_waits_for_is_closed(tk: Tk) -> None:
    tk.write("a-1", "Waits", deps="a-2, a-3")
    tk.write("a-2", status="closed")
    tk.write("a-3")
    assert ids(tk("ready").stdout) == ["a-3"]
    assert tk("blocked").lines == ["a-1      [P2][open] - Waits <- [a-3]"]
    tk("close", "a-3")
    assert ids(tk("ready").stdout) == ["a-1"]
    assert tk("blocked").stdout == ""


def test_a_dependency_that_does_not_exist_blocks(tk: Tk) -> None:
    tk.write("a-1", "Waits", deps="gone")
    assert tk("ready").stdout == ""
    assert tk("blocked").stdout == "a-1      [P2][open] - Waits <- [gone]\n"


def test_closed_tickets_are_neither_ready_nor_blocked(tk: Tk) -> None:
    tk.write("a-1", status="closed", deps="a-2")
    tk.write("a-2", status="closed")
    assert tk("ready").stdout == ""
    assert tk("blocked").stdout == ""


def test_a_parent_or_a_link_blocks_nothing(tk: Tk) -> None:
    tk.write("a-1", links="a-2")
    tk.write("a-2", links="a-1", more="parent: a-1\n")
    assert ids(tk("ready").stdout) == ["a-1", "a-2"]


def write_closed(tk: Tk, number: int) -> None:
    moment = f"2026-03-{number:02d}T00:00:00Z"
    path = tk.write(f"c-{number:02d}", f"Done {number}", status="closed", more=f"closed: {moment}\n")
    os.utime(path, (1_700_000_000 + number * 86_400,) * 2)


def test_closed_shows_the_latest_first(tk: Tk) -> None:
    for number in (2, 3, 1):
        write_closed(tk, number)
    tk.write("a-1", "Open still")
    assert tk("closed").lines == [f"c-0{number}     [closed] - Done {number}" for number in (3, 2, 1)]


def test_closed_shows_twenty_unless_told(tk: Tk) -> None:
    for number in range(1, 25):
        write_closed(tk, number)
    assert len(tk("closed").lines) == 20
    assert ids(tk("closed", "--limit=2").stdout) == ["c-24", "c-23"]
    assert len(tk("closed", "--limit=500").lines) == 24


def test_closed_leaves_out_the_dependencies(tk: Tk) -> None:
    tk.write("a-1", "Done", status="closed", deps="a-2")
    tk.write("a-2")
    assert tk("closed").stdout == "a-1      [closed] - Done\n"


def test_a_store_without_closed_tickets_gives_nothing(tk: Tk) -> None:
    tk.write("a-1")
    assert (tk("closed").stdout, tk("closed").code) == ("", 0)
