"""Find closed tickets with unfinished parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell
from plaintickets.core.shortened import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding
    from plaintickets.core.ticket import Ticket

# Resolutions of tickets whose work need not be done.
_GIVEN_UP = ("duplicate", "invalid", "wontfix")
_SHOWN = 5


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each closed ticket with open children, open blockers or unticked acceptance items."""
    graph = examined.graph
    parts: dict[str, list[str]] = {}
    for ticket in examined.tickets:
        if ticket.parent and not graph.is_closed(ticket.id):
            parts.setdefault(ticket.parent, []).append(ticket.id)
    for ticket in examined.tickets:
        if graph.is_closed(ticket.id):
            yield from _of_closed(examined, ticket, parts.get(ticket.id, []))


def _again(ticket: Ticket) -> str:
    return shell("tk", "reopen", ticket.id)


def _of_closed(examined: Examined, ticket: Ticket, children: list[str]) -> Iterator[Finding]:
    if children:
        message = f"is closed, and has open parts: {shortened(children, _SHOWN)}"
        remedy = f"close them, give them another parent, or {_again(ticket)}"
        yield examined.at(ticket, "status", "closed-with-open-children", message, remedy)
    blockers = [dep for dep in examined.graph.open_blockers(ticket) if dep in examined.graph.tickets]
    if blockers:
        message = f"is closed, and waits for {shortened(blockers, _SHOWN)}, still open"
        remedy = f"{shell('tk', 'undep', ticket.id, blockers[0])}, or {_again(ticket)}"
        yield examined.at(ticket, "status", "closed-with-open-blockers", message, remedy)
    facts = examined.facts_of(ticket)
    if facts.unticked and ticket.text("resolution") not in _GIVEN_UP:
        items = "an acceptance item" if facts.unticked == 1 else f"{facts.unticked} acceptance items"
        found = examined.at(
            ticket, "status", "closed-with-unticked-items", f"is closed with {items} not ticked",
            f"tick what is done, or {_again(ticket)}",
        )  # fmt: skip
        yield found._replace(line=facts.unticked_line)
