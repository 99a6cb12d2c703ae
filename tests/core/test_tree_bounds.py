"""Walks over long chains, many pairs and long lists: linear in what they print, and bounded."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plaintickets.core.links import Graph, tree
from plaintickets.core.query.glob import glob_test, one_of
from plaintickets.core.ticket import Ticket
from plaintickets.errors import RefusedError


def graph_of(deps: dict[str, list[str]]) -> Graph:
    tickets = {name: Ticket(name, f"{name}.md", {"deps": [*waits]}, "") for name, waits in deps.items()}
    return Graph(tickets, set(), lambda _status: False)


@pytest.mark.parametrize("full", [False, True])
def test_the_lines_of_a_long_chain_do_not_grow_with_its_length(full: bool) -> None:
    names = [f"a{number}" for number in range(5_000)]
    lines = tree(graph_of({**{one: [other] for one, other in pairwise(names)}, names[-1]: []}), "a0", full=full)
    assert [line.ticket for line in lines] == names
    assert [line.depth for line in lines] == list(range(5_000))
    assert max(len(line.lead) for line in lines) < 500
    assert lines[101].lead.endswith("└── (101) ")


def test_a_full_tree_of_too_many_lines_is_refused_and_the_short_one_is_not() -> None:
    deps: dict[str, list[str]] = {"a40": [], "b40": []}
    for level in range(40):
        deps |= {f"{side}{level}": [f"a{level + 1}", f"b{level + 1}"] for side in "ab"}
    graph = graph_of(deps)
    with pytest.raises(RefusedError, match="more than 100,000 lines"):
        tree(graph, "a0", full=True)
    assert len(tree(graph, "a0", full=False)) == 81


def test_a_circle_is_walked_once() -> None:
    lines = tree(graph_of({"a": ["b"], "b": ["c", "a"], "c": ["a"]}), "a", full=True)
    assert [(line.lead, line.ticket) for line in lines] == [("", "a"), ("└── ", "b"), ("    └── ", "c")]


def test_one_of_many_patterns_is_any_of_them() -> None:
    patterns = ["ab", "c*", "*d", "e*f", "**", "g*h*"]
    texts = ["", "ab", "abc", "c", "cx", "xd", "ef", "exf", "gh", "gxhx", "zz"]
    for count in range(len(patterns)):
        some = patterns[:count]
        assert [one_of(some)(text) for text in texts] == [any(glob_test(p)(text) for p in some) for text in texts]
