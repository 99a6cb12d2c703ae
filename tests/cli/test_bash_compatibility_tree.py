"""The dependency tree and the cycles, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from store_files import Tk

GRAPHS: dict[str, dict[str, str]] = {
    "chain": {"x-1": "x-2", "x-2": "x-3", "x-3": ""},
    "siblings by id": {"x-1": "x-5,x-2,x-4", "x-2": "", "x-4": "", "x-5": ""},
    "shallow before deep": {"x-1": "x-2,x-3,x-4", "x-2": "x-5", "x-3": "", "x-4": "", "x-5": ""},
    "diamond": {"x-1": "x-2,x-3", "x-2": "x-4", "x-3": "x-4", "x-4": ""},
    "shown where deepest": {"x-1": "x-2,x-3", "x-2": "", "x-3": "x-2"},
    "last sibling elsewhere": {"x-1": "x-2,x-3", "x-2": "x-3", "x-3": ""},
    "deeper still": {
        "x-1": "x-2,x-3,x-9",
        "x-2": "x-4",
        "x-3": "",
        "x-4": "x-5",
        "x-5": "",
        "x-9": "x-3",
    },
    "shared subtree": {"x-1": "x-2,x-3,x-6", "x-2": "x-4", "x-3": "x-2", "x-4": "", "x-6": ""},
    "missing": {"x-1": "x-2,gone", "x-2": "gone"},
    "leaf": {"x-1": ""},
    "cycle through the root": {"x-1": "x-2", "x-2": "x-3,x-1", "x-3": ""},
    "cycle below the root": {"x-1": "x-2", "x-2": "x-3,x-4", "x-3": "x-2", "x-4": ""},
    "itself": {"x-1": "x-1"},
}

PRUNED = {
    "chain": ["1", "└── 2", "    └── 3"],
    "siblings by id": ["1", "├── 2", "├── 4", "└── 5"],
    "shallow before deep": ["1", "├── 3", "├── 4", "└── 2", "    └── 5"],
    "diamond": ["1", "├── 2", "│   └── 4", "└── 3"],
    "shown where deepest": ["1", "└── 3", "    └── 2"],
    "last sibling elsewhere": ["1", "└── 2", "    └── 3"],
    "deeper still": ["1", "├── 9", "│   └── 3", "└── 2", "    └── 4", "        └── 5"],
    "shared subtree": ["1", "├── 6", "└── 3", "    └── 2", "        └── 4"],
    "missing": ["1", "└── 2"],
    "leaf": ["1"],
    "cycle through the root": ["1", "└── 2", "    └── 3"],
    "cycle below the root": ["1", "└── 2", "    ├── 3", "    └── 4"],
    "itself": ["1"],
}

FULL = PRUNED | {
    "diamond": ["1", "├── 2", "│   └── 4", "└── 3", "    └── 4"],
    "shown where deepest": ["1", "├── 2", "└── 3", "    └── 2"],
    "last sibling elsewhere": ["1", "├── 2", "│   └── 3", "└── 3"],
    "deeper still": [
        "1",
        "├── 3",
        "├── 9",
        "│   └── 3",
        "└── 2",
        "    └── 4",
        "        └── 5",
    ],
    "shared subtree": [
        "1",
        "├── 6",
        "├── 2",
        "│   └── 4",
        "└── 3",
        "    └── 2",
        "        └── 4",
    ],
}


def write_graph(tk: Tk, graph: dict[str, str]) -> None:
    for name, deps in graph.items():
        tk.write(name, f"T{name[2:]}", deps=deps)


def expected(lines: list[str]) -> list[str]:
    """`└── 2` -> `└── x-2 [open] T2`."""
    return [re.sub(r"(\d+)$", r"x-\1 [open] T\1", line) for line in lines]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_tree_shows_each_ticket_once_where_it_is_deepest(tk: Tk, name: str) -> None:
    write_graph(tk, GRAPHS[name])
    shown = tk("dep", "tree", "x-1")
    assert (shown.lines, shown.code) == (expected(PRUNED[name]), 0)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("args", [("--full", "x-1"), ("x-1", "--full")])
def test_the_full_tree_shows_every_path(tk: Tk, name: str, args: tuple[str, str]) -> None:
    write_graph(tk, GRAPHS[name])
    assert tk("dep", "tree", *args).lines == expected(FULL[name])


def test_closed_tickets_stay_in_the_tree_with_their_status(tk: Tk) -> None:
    tk.write("x-1", "Top", deps="x-2", status="in_progress")
    tk.write("x-2", "Done: all", status="closed")
    assert tk("dep", "tree", "1").lines == ["x-1 [in_progress] Top", "└── x-2 [closed] Done: all"]


@pytest.mark.parametrize("pattern", ["zzz", "x-"])
def test_a_tree_of_no_one_ticket_fails(tk: Tk, pattern: str) -> None:
    write_graph(tk, GRAPHS["chain"])
    refused = tk("dep", "tree", pattern)
    assert refused.code != 0
    assert refused.stdout == ""


@pytest.mark.only_plaintickets
@pytest.mark.parametrize(("pattern", "word"), [("zzz", "not found"), ("x-", "ambiguous ID")])
def test_a_tree_that_fails_says_why(tk: Tk, pattern: str, word: str) -> None:
    write_graph(tk, GRAPHS["chain"])
    assert word in tk("dep", "tree", pattern).stderr


@pytest.mark.only_plaintickets
def test_an_exact_id_wins_as_root(tk: Tk) -> None:
    tk.write("x-1", "Short")
    tk.write("x-12", "Long")
    assert tk("dep", "tree", "x-1").stdout == "x-1 [open] Short\n"


def rotation(line: str) -> list[str]:
    """The members of `Cycle 1: b -> a -> b`, from the least one."""
    members = line.split(": ", 1)[1].split(" -> ")
    assert members[0] == members[-1]
    ring = members[:-1]
    least = ring.index(min(ring))
    return ring[least:] + ring[:least]


def test_no_cycles_is_a_sentence_and_a_success(tk: Tk) -> None:
    write_graph(tk, GRAPHS["diamond"])
    shown = tk("dep", "cycle")
    assert (shown.stdout, shown.code) == ("No dependency cycles found\n", 0)


def test_a_cycle_is_a_line_and_its_members_from_the_least(tk: Tk) -> None:
    write_graph(tk, {"x-3": "x-1", "x-1": "x-2", "x-2": "x-3"})
    shown = tk("dep", "cycle")
    assert shown.code == 0
    assert shown.lines[0].startswith("Cycle 1: ")
    assert rotation(shown.lines[0]) == ["x-1", "x-2", "x-3"]
    assert shown.lines[1:] == [f"  x-{n}      [open] T{n}" for n in (1, 2, 3)]


def test_cycles_are_parted_by_an_empty_line(tk: Tk) -> None:
    write_graph(tk, {"x-1": "x-2", "x-2": "x-1", "x-3": "x-4", "x-4": "x-3", "x-5": "x-5"})
    parts = [part.splitlines() for part in tk("dep", "cycle").stdout.split("\n\n")]
    assert [part[0].split(":")[0] for part in parts] == ["Cycle 1", "Cycle 2", "Cycle 3"]
    rings = sorted(rotation(part[0]) for part in parts)
    assert rings == [["x-1", "x-2"], ["x-3", "x-4"], ["x-5"]]


def test_a_closed_member_breaks_the_cycle(tk: Tk) -> None:
    write_graph(tk, {"x-1": "x-2", "x-2": "x-1"})
    tk("close", "x-2")
    assert tk("dep", "cycle").stdout == "No dependency cycles found\n"


@pytest.mark.only_plaintickets
def test_a_ticket_that_only_leads_to_a_cycle_is_not_in_it(tk: Tk) -> None:
    write_graph(tk, {"x-1": "x-2", "x-2": "x-1", "x-3": "x-1", "x-4": "x-3"})
    shown = tk("dep", "cycle").stdout
    assert "Cycle 2" not in shown
    assert "x-3" not in shown
