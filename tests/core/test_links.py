"""How tickets hang together."""

from __future__ import annotations

from plaintickets.core.links import LONGEST_RINGS, Graph
from plaintickets.core.ticket import Ticket


def graph_of(deps: dict[str, list[str]]) -> Graph:
    tickets = {name: Ticket(name, f"{name}.md", {"deps": [*waits]}, "") for name, waits in deps.items()}
    return Graph(tickets, set(), lambda _status: False)


def test_circles_begin_with_their_smallest_id_and_are_told_once() -> None:
    graph = graph_of({"c": ["a"], "a": ["b"], "b": ["c"], "d": ["d"], "e": ["a"]})
    assert graph.cycles() == [["a", "b", "c"], ["d"]]


def test_a_store_made_of_circles_is_told_in_part() -> None:
    count = 3000
    graph = graph_of({f"a{at}": [f"a{at + 1}", *(f"a{to}" for to in range(0, at, 7))] for at in range(count)})
    rings = graph.cycles()
    assert rings
    assert sum(map(len, rings)) <= LONGEST_RINGS + count
