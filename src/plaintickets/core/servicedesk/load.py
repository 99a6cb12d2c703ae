"""The open work of people: tickets weighted by priority, against what each can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

WEIGHTS = (2.0, 1.5, 1.0, 0.75, 0.5)
"""The weight of a ticket by its priority, 0 to 4; one of the middle is one ticket of a capacity.

All are exact in binary, and so are their sums: equal loads are equal whatever the order of the tickets.
"""
USUAL_CAPACITY = 5
"""Against what the work of a person without a capacity is compared; such a person is never full."""


class Work(NamedTuple):
    """Open tickets: how many, and their weights together."""

    tickets: int = 0
    weight: float = 0.0

    def plus(self, priority: int | None, count: int = 1) -> Work:
        """Return the work with a ticket more, or less for a `count` of -1."""
        return Work(self.tickets + count, self.weight + count * weight_of(priority))

    def share(self, capacity: int | None) -> float:
        """Return the weight as a share of what a person can take; of a capacity of 0, each ticket is the whole."""
        return self.weight / (USUAL_CAPACITY if capacity is None else max(capacity, 1))

    def is_full(self, capacity: int | None) -> bool:
        """Tell whether a person has as many tickets as the capacity says."""
        return capacity is not None and self.tickets >= capacity


def weight_of(priority: int | None) -> float:
    """Return the weight of a ticket; an unreadable priority counts as the middle."""
    return WEIGHTS[priority] if priority is not None and 0 <= priority < len(WEIGHTS) else 1.0


def work_of(assigned: Iterable[tuple[str, int | None]]) -> dict[str, Work]:
    """Return the work of each person, from the person and the priority of each open ticket."""
    found: dict[str, Work] = {}
    for person, priority in assigned:
        found[person] = found.get(person, Work()).plus(priority)
    return found


def capacity_of(person: Mapping[str, Any]) -> int | None:
    """Return how many tickets a person works on at once, None where the settings do not say."""
    capacity: int | None = person.get("capacity")
    return capacity
