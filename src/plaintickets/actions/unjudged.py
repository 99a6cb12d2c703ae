"""What a gate's query cannot be answered for: a value in it that nobody knows, a priority that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.asking import Questions, expanded, known_fields
from plaintickets.actions.listing import not_done
from plaintickets.actions.unknown_values import check_gate
from plaintickets.core.problem import Problem
from plaintickets.core.query import mentioned, parse
from plaintickets.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.query.nodes import Query
    from plaintickets.core.ticket import Ticket
    from plaintickets.tracker import Tracker


def refuse_unknown(tracker: Tracker, query: str, *, typed: bool) -> None:
    """Raises RefusedError for a value that neither the settings nor any ticket know: see `check_gate`."""
    check_gate(tracker, _parsed(tracker, query), typed=typed)


def unreadable_priorities(tracker: Tracker, query: str) -> Iterator[tuple[Ticket, Problem]]:
    """The tickets that are not done and of which nobody can say whether they are as urgent as the query asks."""
    if "priority" not in mentioned(_parsed(tracker, query)):
        return
    number = Questions(tracker).priority_number
    for ticket in not_done(tracker):
        if ticket.priority is None and number(text := ticket.text("priority")) is None:
            message = f"priority {quoted(text)} cannot be read"
            yield ticket, Problem(ticket.path, 0, "bad-priority", message)


def _parsed(tracker: Tracker, query: str) -> Query:
    return parse(expanded(query, tracker.config.queries), known_fields(tracker))
