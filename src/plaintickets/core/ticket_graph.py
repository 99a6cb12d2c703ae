"""The graph of tickets: dependencies, parents and duplicates, with circles and the layers of a drawing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plaintickets.core.ticket import Ticket

Relation: TypeAlias = Literal["depends on", "part of", "duplicate of"]
RELATIONS: tuple[Relation, ...] = ("depends on", "part of", "duplicate of")


class Node(NamedTuple):
    """A ticket of a graph; None for one that is named and does not exist or cannot be read."""

    id: str
    ticket: Ticket | None
    is_in_circle: bool = False


class Edge(NamedTuple):
    """A relation from one ticket to another; `is_circular` if it is a part of a circle."""

    start: str
    end: str
    relation: Relation
    is_circular: bool = False


class TicketGraph(NamedTuple):
    """Tickets by id, and their relations."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def ticket_graph(chosen: Iterable[Ticket], known: Mapping[str, Ticket], left_out: frozenset[str]) -> TicketGraph:
    """Return the relations of the chosen tickets, with the tickets that they name, except those left out."""
    edges = [edge for ticket in chosen for edge in _edges(ticket) if edge.end not in left_out]
    edges = list(dict.fromkeys(edges))
    circular = {
        edge for relation in RELATIONS for edge in _circular([edge for edge in edges if edge.relation == relation])
    }
    marked = tuple(edge._replace(is_circular=edge in circular) for edge in edges)
    in_circles = {name for edge in circular for name in (edge.start, edge.end)}
    names = sorted({name for edge in edges for name in (edge.start, edge.end)})
    return TicketGraph(tuple(Node(name, known.get(name), name in in_circles) for name in names), marked)


def neighbourhood(
    ticket: Ticket, referring: Iterable[Ticket], known: Mapping[str, Ticket], *, missing_too: bool = True
) -> TicketGraph:
    """Return the relations among a ticket, those that it names, and those that refer to it.

    Without `missing_too` tickets that are not known are left out.
    """
    named = {edge.end for edge in _edges(ticket)}
    near = {ticket.id: ticket, **{one.id: one for one in referring}}
    near |= {name: known[name] for name in named if name in known}
    names = {*near, *(named if missing_too else ())}
    others = {edge.end for one in near.values() for edge in _edges(one)} - names
    return ticket_graph(near.values(), known, frozenset(others))


def _edges(ticket: Ticket) -> Iterator[Edge]:
    yield from (Edge(ticket.id, dep, "depends on") for dep in ticket.deps)
    if ticket.parent:
        yield Edge(ticket.id, ticket.parent, "part of")
    if original := ticket.text("duplicate-of"):
        yield Edge(ticket.id, original, "duplicate of")


def _circular(edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges inside a strongly connected part, by Tarjan's algorithm without recursion."""
    part = _parts(edges)
    return [edge for edge in edges if part[edge.start] == part[edge.end]]


def _parts(edges: Sequence[Edge]) -> dict[str, int]:
    """Return the number of each ticket's strongly connected part."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.start, []).append(edge.end)
        after.setdefault(edge.end, [])
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    part: dict[str, int] = {}
    open_names: list[str] = []
    for root, first in after.items():
        walks: list[tuple[str, Iterator[str]]] = [] if root in index else [(root, iter(first))]
        while walks:
            name, walk = walks[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                open_names.append(name)
            other = next(walk, None)
            if other is None:
                walks.pop()
                if walks:
                    low[walks[-1][0]] = min(low[walks[-1][0]], low[name])
                while low[name] == index[name] and name not in part:
                    part[open_names.pop()] = index[name]
            elif other not in index:
                walks.append((other, iter(after[other])))
            elif other not in part:
                low[name] = min(low[name], index[other])
    return part


def layers(graph: TicketGraph) -> list[list[str]]:
    """Return the ids by layer: each ticket after those that lead to it, circular relations aside.

    Within a layer the tickets are near the middle of those that lead to them.
    """
    edges = [edge for edge in graph.edges if not edge.is_circular]
    part = _parts(edges)
    edges = [edge for edge in edges if part[edge.start] != part[edge.end]]  # circles of several relations
    waits = Counter(edge.end for edge in edges)
    after: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.start, []).append(edge.end)
        before.setdefault(edge.end, []).append(edge.start)
    level = {node.id: 0 for node in graph.nodes}
    ready = [name for name in level if not waits[name]]
    for name in ready:
        for other in after.get(name, ()):
            level[other] = max(level[other], level[name] + 1)
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    rows: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for name, number in level.items():
        rows[number].append(name)
    place: dict[str, float] = {}
    for row in rows:
        middle = {name: [place[other] for other in before.get(name, ())] for name in row}
        row.sort(key=lambda name: (sum(middle[name]) / len(middle[name]) if middle[name] else 0.0, name))
        place.update((name, float(number)) for number, name in enumerate(row))
    return rows
