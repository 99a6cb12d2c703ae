"""Find external references that two tickets share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each ticket whose external reference an earlier one has."""
    first: dict[str, str] = {}
    for ticket in examined.tickets:
        reference = ticket.text("external-ref")
        if not reference:
            continue
        other = first.setdefault(reference, ticket.id)
        if other != ticket.id:
            message = f"external-ref '{reference}' is also that of {other}"
            remedy = f"{shell('tk', 'set', ticket.id, 'external-ref=')}, or the same for {other}"
            yield examined.at(ticket, "external-ref", "duplicate-reference", message, remedy)
