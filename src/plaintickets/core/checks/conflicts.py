"""Conflicts that the merge driver recorded in tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each ticket with the key `conflicts`."""
    for ticket in examined.tickets:
        if ticket.keys.get("conflicts"):
            message = "has an unresolved conflict of a merge"
            yield examined.at(ticket, "conflicts", "recorded-conflict", message, shell("tk", "resolve", ticket.id))
