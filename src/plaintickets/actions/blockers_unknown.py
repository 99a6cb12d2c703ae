"""Find unknown values in the query of a gate, and tickets whose priority cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.listing import not_done
from plaintickets.actions.unknown_values import check_gate
from plaintickets.core.problem import Problem
from plaintickets.core.query import mentioned, parse
from plaintickets.core.quoting import quoted
from plaintickets.query_context import QueryContext, expanded, known_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.query.nodes import Query
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


def refuse_unknown(project: Project, query: str, *, typed: bool) -> None:
    """Raise RefusedError for a value that neither the settings nor any ticket have: see `check_gate`."""
    check_gate(project, _parsed(project, query), typed=typed)


def unreadable_priorities(project: Project, query: str) -> Iterator[tuple[Ticket, Problem]]:
    """Yield open tickets with an unreadable priority that may be as urgent as the query asks."""
    if "priority" not in mentioned(_parsed(project, query)):
        return
    number = QueryContext(project).priority_number
    for ticket in not_done(project):
        if ticket.priority is None and number(text := ticket.text("priority")) is None:
            message = f"priority {quoted(text)} cannot be read"
            yield ticket, Problem(ticket.path, 0, "bad-priority", message)


def _parsed(project: Project, query: str) -> Query:
    return parse(expanded(query, project.config.queries), known_fields(project))
