"""Find tickets without a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each ticket without a key `title` and without a heading."""
    for ticket in examined.tickets:
        if not ticket.title.strip():
            remedy = shell("tk", "set", ticket.id, "title=") + '"…"'
            yield examined.at(ticket, "title", "no-title", "has no title", remedy)
