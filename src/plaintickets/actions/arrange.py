"""Arrange the tickets of a list: their order for people, groups, and the tree of parents and children."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.grouping import NONE, grouping
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.core.grouping import Grouping
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_DEEPEST = 20
"""From this level on a tree is not indented further, and shows the level instead."""


class Branch(NamedTuple):
    """A ticket in a tree: the text before it, and its level."""

    lead: str
    ticket: Ticket
    level: int


class Group(NamedTuple):
    """The tickets that have one value of a field."""

    name: str
    tickets: list[Ticket]


def urgent_first(tickets: Iterable[Ticket], most: int | None = None) -> list[Ticket]:
    """Return the tickets by priority, then the newest first, at most `most`; an unreadable priority last.

    Only as many priorities are sorted as are returned: the creation of a cached ticket has to be decoded.
    """
    by_priority: dict[int, list[Ticket]] = {}
    for ticket in tickets:
        by_priority.setdefault(9 if ticket.priority is None else ticket.priority, []).append(ticket)
    found: list[Ticket] = []
    for _, group in sorted(by_priority.items()):
        found += sorted(group, key=lambda ticket: (ticket.created, ticket.id), reverse=True)
        if most is not None and len(found) >= most:
            return found[:most]
    return found


def groups(project: Project, tickets: Iterable[Ticket], field: str) -> list[Group]:
    """Return the tickets by the value of a field, in the order of the configuration, else of the alphabet.

    A ticket with several values is in several groups. Tickets without a value are in the last one. Clocks are grouped
    by their states; raise RefusedError for another field that is computed.
    """
    grouped = grouping(field, project.config)
    values = values_of(project, grouped)
    found: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        for name in values(ticket) or (NONE,):
            found.setdefault(name, []).append(ticket)
    return [Group(name, found[name]) for name in grouped.in_order(found)]


def values_of(project: Project, grouped: Grouping) -> Callable[[Ticket], tuple[str, ...]]:
    """Return the function that gives the groups of a ticket.

    Raise RefusedError for a computed field other than the states of clocks.
    """
    from plaintickets.core.query_names import OF_HISTORY, OF_POLICIES

    return _computed_values(project, grouped) if grouped.field in (*OF_POLICIES, *OF_HISTORY) else grouped.names


def _computed_values(project: Project, grouped: Grouping) -> Callable[[Ticket], tuple[str, ...]]:
    from plaintickets.actions.computed_columns import ComputedColumns

    field = grouped.field
    columns = ComputedColumns(project, (field,))
    if not columns.names:
        return grouped.names
    if field != "sla":
        raise RefusedError(f"cannot group by '{field}', which differs from ticket to ticket", hint="sort by it.")
    return lambda ticket: tuple(columns.text("sla", ticket).split(", "))


def forest(tickets: Sequence[Ticket]) -> list[Branch]:
    """Return the tickets below their parents, in the given order; each once, even in a cycle of parents."""
    known = {ticket.id: ticket for ticket in tickets}
    below: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        below.setdefault(ticket.parent if ticket.parent in known else "", []).append(ticket)
    found: list[Branch] = []
    done: set[str] = set()
    for root in [*below.get("", ()), *tickets]:  # the second time round: what is in a cycle
        if root.id not in done:
            _grow(root, below, done, found.append)
    return found


def _grow(root: Ticket, below: Mapping[str, Sequence[Ticket]], done: set[str], add: Callable[[Branch], None]) -> None:
    stack = [(root, "", "", 0)]
    while stack:
        ticket, prefix, joint, level = stack.pop()
        if ticket.id in done:
            continue
        done.add(ticket.id)
        is_deep = level > _DEEPEST
        add(Branch(f"{prefix}({level}) " if is_deep else prefix + joint, ticket, level))
        inner = prefix if is_deep or not level else prefix + ("   " if joint == "└─ " else "│  ")
        children = [child for child in below.get(ticket.id, ()) if child.id not in done]
        joints = ["├─ "] * (len(children) - 1) + ["└─ "]
        stack += [(child, inner, mark, level + 1) for child, mark in zip(children, joints, strict=False)][::-1]
