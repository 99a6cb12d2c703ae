"""Find links to missing tickets, and links in one ticket only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding

FIX = "links"


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each link that the other ticket does not have."""
    for ticket in examined.tickets:
        for other in ticket.links:
            remedy = shell("tk", "unlink", ticket.id, other)
            if other == ticket.id:
                yield examined.at(ticket, "links", "linked-to-itself", "is linked to itself", remedy, fix=FIX)
            elif not examined.exists(other):
                yield examined.at(ticket, "links", "missing-link", f"is linked to '{other}', which is missing", remedy)
            elif is_one_sided(examined, ticket.id, other):
                message = f"is linked to {other}, which is not linked back"
                remedy = f"{shell('tk', 'link', ticket.id, other)}, or {remedy}"
                yield examined.at(ticket, "links", "one-sided-link", message, remedy, fix=FIX)


def is_one_sided(examined: Examined, ticket_id: str, other: str) -> bool:
    """Tell whether the other ticket can be read and does not link back."""
    found = examined.graph.tickets.get(other)
    return found is not None and ticket_id not in found.links
