"""The relations between tickets: blockers, children, links, trees and cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.servicedesk.waiting import waits
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from plaintickets.core.ticket import Ticket


LONGEST_RINGS = 500_000


class Graph:
    """The relations among all tickets of a store; `is_done` tells which statuses are closed."""

    __slots__ = ("_closed", "_done", "_ids_of_status", "_ring_ids", "broken", "is_done", "tickets")

    def __init__(self, tickets: Mapping[str, Ticket], broken: set[str], is_done: Callable[[str], bool]) -> None:
        self.tickets = tickets
        self.broken = broken
        self.is_done = is_done
        self._done: dict[str, bool] = {}
        # Tickets of the cache give the ids of closed ones at once, a fifth of the time of all statuses.
        self._ids_of_status = getattr(tickets, "ids_of_status", None)
        self._closed: set[str] | None = None
        self._ring_ids = 0

    def is_closed(self, ticket_id: str) -> bool:
        """Tell whether the ticket exists, can be read, and is done."""
        if self._closed is None:
            if self._ids_of_status is None:
                ticket = self.tickets.get(ticket_id)
                return ticket is not None and self._is_done(ticket.status)
            self._closed = set(self._ids_of_status(self.is_done))
        return ticket_id in self._closed

    def _is_done(self, status: str) -> bool:
        done = self._done.get(status)
        if done is None:
            done = self._done[status] = self.is_done(status)
        return done

    def open_blockers(self, ticket: Ticket) -> list[str]:
        """Return the dependencies that are not done, in the order of the file."""
        return [dep for dep in ticket.deps if not self.is_closed(dep)]

    def is_ready(self, ticket: Ticket, now: datetime) -> bool:
        """Tell whether the ticket is not done, all its dependencies are, and it waits for nobody and for no day."""
        if self._is_done(ticket.status) or not all(map(self.is_closed, ticket.deps)):
            return False
        return not waits(ticket, now, self.is_closed)

    def is_blocked(self, ticket: Ticket) -> bool:
        """Tell whether neither the ticket nor all its dependencies are done."""
        return not self._is_done(ticket.status) and not all(map(self.is_closed, ticket.deps))

    def dependents(self, ticket_id: str) -> list[str]:
        """Return the ids of tickets that wait for this one, sorted."""
        return sorted(ticket.id for ticket in self._referring(ticket_id) if ticket_id in ticket.deps)

    def blocking(self, ticket_id: str) -> list[str]:
        """Return the ids of open tickets that wait for this one, sorted."""
        return [other for other in self.dependents(ticket_id) if not self.is_closed(other)]

    def children(self, ticket_id: str) -> list[str]:
        """Return the ids of tickets whose parent this is, sorted."""
        return sorted(ticket.id for ticket in self._referring(ticket_id) if ticket.parent == ticket_id)

    def _referring(self, ticket_id: str) -> Iterable[Ticket]:
        """Return all tickets that wait for this one or are its children, and perhaps others."""
        referring = getattr(self.tickets, "referring", None)
        found: Iterable[Ticket] = referring(ticket_id) if referring else self.tickets.values()
        return found

    def path_to(self, start: str, goal: str) -> list[str]:
        """Return a chain of dependencies from `start` to `goal`, both included, or an empty list."""
        stack, came_from = [start], {start: ""}
        while stack:
            here = stack.pop()
            if here == goal:
                path = [here]
                while came_from[path[-1]]:
                    path.append(came_from[path[-1]])
                return path[::-1]
            ticket = self.tickets.get(here)
            for dep in ticket.deps if ticket else ():
                if dep not in came_from:
                    came_from[dep] = here
                    stack.append(dep)
        return []

    def awaited(self, roots: Iterable[str]) -> list[str]:
        """Return everything not done that the roots wait for, directly or through others not done, nearest first.

        Missing and broken tickets are included, and a root that waits for itself.
        """
        waiting, found = list(roots), dict[str, None]()
        for here in waiting:
            ticket = self.tickets.get(here)
            for dep in self.open_blockers(ticket) if ticket else ():
                if dep not in found:
                    found[dep] = None
                    waiting.append(dep)
        return list(found)

    def cycles(self) -> list[list[str]]:
        """Return the dependency cycles among tickets that are not done, each once, from its smallest id.

        The result holds at most LONGEST_RINGS ids in all; only a store made to be slow has more.
        """
        found: dict[tuple[str, ...], list[str]] = {}
        state: dict[str, int] = {}
        self._ring_ids = 0
        for root in sorted(self.tickets):
            if self.tickets[root].deps and not self.is_closed(root) and not state.get(root):
                self._search(root, state, found)
        return [found[key] for key in sorted(found)]

    def _search(self, root: str, state: dict[str, int], found: dict[tuple[str, ...], list[str]]) -> None:
        path = [root]
        places = {root: 0}
        state[root] = 1
        walks: list[Iterator[str]] = [iter(self.tickets[root].deps)]
        while walks:
            dep = next(walks[-1], None)
            if dep is None:
                walks.pop()
                state[path.pop()] = 2
            elif state.get(dep) == 1:
                if self._ring_ids > LONGEST_RINGS:
                    continue
                ring = path[places[dep] :]
                self._ring_ids += len(ring)
                least = ring.index(min(ring))
                ring = ring[least:] + ring[:least]
                found.setdefault(tuple(ring), ring)
            elif dep in self.tickets and not state.get(dep) and not self.is_closed(dep):
                state[dep] = 1
                places[dep] = len(path)
                path.append(dep)
                walks.append(iter(self.tickets[dep].deps))


class Branch(NamedTuple):
    """One line of a dependency tree: the text before the id, the id, and its distance from the root."""

    lead: str
    ticket: str
    depth: int


# Each level of indentation makes lines longer: a chain of 20,000 tickets took 800 MB.
_DEEPEST_INDENT = 100
# A ticket appears below each of its dependents, so 20 pairs in a row make a million lines.
_MOST_LINES = 100_000
_LEAVE = ""


def tree(graph: Graph, root: str, *, full: bool, order: Callable[[list[str]], list[str]] | None = None) -> list[Branch]:
    """Return the dependencies below `root` as lines, each ticket once at its deepest place; everywhere with `full`.

    Siblings with a shallower subtree come first, then by id, else in `order`. Below level 100 the level stands
    instead of further indentation.

    Raise RefusedError if `full` makes too many lines.
    """
    depth = _deepest(graph, root)
    reach = _reach(graph, depth)
    lines, printed, path = [Branch("", root, 0)], {root}, set[str]()

    def children(ticket_id: str, level: int) -> list[str]:
        ticket = graph.tickets.get(ticket_id)
        names = dict.fromkeys(dep for dep in (ticket.deps if ticket else ()) if dep in depth and dep not in path)
        shown = [name for name in names if full or (name not in printed and depth[name] == level + 1)]
        shown.sort(key=lambda name: (reach[name], name))
        return shown if order is None else order(shown)

    stack: list[tuple[str, int, str, str]] = []

    def push(ticket_id: str, level: int, prefix: str) -> None:
        path.add(ticket_id)
        stack.append((ticket_id, level, "", _LEAVE))
        below = children(ticket_id, level)
        for place in range(len(below) - 1, -1, -1):
            joint = "└── " if place == len(below) - 1 else "├── "
            stack.append((below[place], level + 1, prefix, joint))

    push(root, 0, "")
    while stack:
        name, level, prefix, joint = stack.pop()
        if joint == _LEAVE:
            path.discard(name)
            continue
        if not full and name in printed:
            continue
        is_deep = level > _DEEPEST_INDENT
        lines.append(Branch(f"{prefix}{joint}({level}) " if is_deep else prefix + joint, name, level))
        printed.add(name)
        if full and len(lines) > _MOST_LINES:
            raise RefusedError(
                f"the full tree of {root} has more than {_MOST_LINES:,} lines",
                hint="without --full each ticket is in the tree once.",
            )
        push(name, level, prefix if is_deep else prefix + ("    " if joint == "└── " else "│   "))
    return lines


def _deepest(graph: Graph, root: str) -> dict[str, int]:
    """Return the longest distance from the root of each ticket below it, ignoring cycles."""
    order, state = [], dict[str, int]()
    stack: list[tuple[str, Iterator[str]]] = [(root, iter(graph.tickets[root].deps))]
    state[root] = 1
    back: set[tuple[str, str]] = set()
    while stack:
        name, walk = stack[-1]
        dep = next(walk, None)
        if dep is None:
            stack.pop()
            state[name] = 2
            order.append(name)
        elif dep not in graph.tickets:
            continue
        elif state.get(dep) == 1:
            back.add((name, dep))
        elif not state.get(dep):
            state[dep] = 1
            stack.append((dep, iter(graph.tickets[dep].deps)))
    depth = dict.fromkeys(order, 0)
    for name in reversed(order):
        for dep in graph.tickets[name].deps:
            if dep in depth and (name, dep) not in back:
                depth[dep] = max(depth[dep], depth[name] + 1)
    return depth


def _reach(graph: Graph, depth: Mapping[str, int]) -> dict[str, int]:
    """Return, for each ticket below the root, the greatest depth in its own subtree."""
    reach = dict(depth)
    for name in sorted(depth, key=lambda name: -depth[name]):
        for dep in graph.tickets[name].deps:
            if dep in reach and depth[dep] > depth[name]:
                reach[name] = max(reach[name], reach[dep])
    return reach
