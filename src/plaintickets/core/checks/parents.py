"""Find missing parents, and tickets among their own ancestors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding
    from plaintickets.core.links import Graph

_FIELDS = (("parent", "missing-parent", "is part of"), ("duplicate-of", "missing-original", "repeats"))


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each parent or original that does not exist, and each cycle of parents, once."""
    rings = {ring[0]: ring for ring in _rings(examined.graph)}
    for ticket in examined.tickets:
        for field, code, words in _FIELDS:
            other = ticket.text(field)
            if other and not examined.exists(other):
                message = f"{words} '{other}', which does not exist"
                remedy = f"{shell('tk', 'set', ticket.id, f'{field}=ID')}, or {field}= for none"
                yield examined.at(ticket, field, code, message, remedy)
        ring = rings.get(ticket.id)
        if ring:
            message = f"is its own ancestor: {' -> '.join([*ring, ring[0]])}"
            yield examined.at(ticket, "parent", "parent-cycle", message, shell("tk", "set", ticket.id, "parent="))


def _rings(graph: Graph) -> list[list[str]]:
    """Return the cycles of parents, each once and from its smallest id."""
    rings: list[list[str]] = []
    seen: set[str] = set()
    for start in (ticket.id for ticket in graph.tickets.values() if ticket.parent):
        way: dict[str, None] = {}
        here = start
        while here in graph.tickets and here not in seen:
            seen.add(here)
            way[here] = None
            here = graph.tickets[here].parent
        if here in way:
            steps = list(way)
            ring = steps[steps.index(here) :]
            least = ring.index(min(ring))
            rings.append(ring[least:] + ring[:least])
    return rings
