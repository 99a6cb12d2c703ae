"""Markdown for the summary page of a build: the blockers, or why they could not be determined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.markdown import code, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.ticket import Ticket

# Nobody reads more rows on a summary page, and hosts limit its size.
MOST_ROWS = 200


def blockers(tickets: Sequence[Ticket], query: str, unreadable: Sequence[str], store: str = "") -> str:
    """Return the blockers as a heading and a table; `query` is empty if dependencies were requested."""
    count = f"{len(tickets)} ticket{'s' if len(tickets) != 1 else ''}" if tickets else "none"
    lines = [f"### Blockers{_where(store)}: {count}", ""]
    if query:
        lines += [f"Blocking is: {code(query)}", ""]
    if tickets:
        lines += ["| ticket | status | priority | assignee | title |", "|---|---|---|---|---|"]
        lines += [_row(ticket) for ticket in tickets[:MOST_ROWS]]
        lines += [""]
    if len(tickets) > MOST_ROWS:
        lines += [f"… and {len(tickets) - MOST_ROWS} more.", ""]
    if unreadable:
        lines += [f"Could not be read: {', '.join(map(line, unreadable[:MOST_ROWS]))}", ""]
    return "\n".join(lines) + "\n"


def failure(message: str, store: str = "") -> str:
    """Return a section that says why the blockers could not be determined."""
    return f"### Blockers{_where(store)}: could not be determined\n\nBecause: {line(message)}\n\n"


def _where(store: str) -> str:
    return f" in {code(store)}" if store else ""


def _row(ticket: Ticket) -> str:
    number = "?" if ticket.priority is None else str(ticket.priority)
    cells = (ticket.id, ticket.status, number, ticket.assignee, ticket.title)
    return f"| {' | '.join(map(line, cells))} |"
