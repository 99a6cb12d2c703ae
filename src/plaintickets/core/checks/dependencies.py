"""Find dependencies on missing tickets, on oneself, and in cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each dependency that can never be met."""
    for ticket in examined.tickets:
        for dep in ticket.deps:
            if dep == ticket.id:
                remedy = shell("tk", "undep", ticket.id, dep)
                yield examined.at(ticket, "deps", "depends-on-itself", "waits for itself", remedy)
            elif not examined.exists(dep):
                message = f"waits for '{dep}', which does not exist"
                yield examined.at(ticket, "deps", "missing-dependency", message, shell("tk", "undep", ticket.id, dep))
    for ring in examined.graph.cycles():
        if len(ring) > 1:
            first = examined.graph.tickets[ring[0]]
            circle = " -> ".join([*ring, ring[0]])
            remedy = f"remove one of them, e.g. {shell('tk', 'undep', ring[0], ring[1])}"
            yield examined.at(first, "deps", "dependency-cycle", f"is in a dependency cycle: {circle}", remedy)
