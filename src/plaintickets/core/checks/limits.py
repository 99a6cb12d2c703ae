"""Find statuses with more tickets than their limit of work in progress."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each status that is over its limit, at the line of the limit."""
    limits = examined.config.limits
    if not limits:
        return
    counts = Counter(ticket.status for ticket in examined.tickets)
    for name, limit in limits.items():
        if counts[name] > limit:
            path, _, line = examined.config.source(f"limits.{name}").rpartition(":")
            yield Finding(
                "too-many-in-status",
                f"{counts[name]:,} tickets have the status '{name}', its limit is {limit:,}",
                f"finish one of them, or raise the limit; {shell('tk', 'ls', '--status', name)} lists them",
                path.rpartition("/")[2],
                int(line) if line.isdecimal() else 0,
            )
