"""What a gate's query cannot be answered for: a value in it that nobody knows, a priority that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.asking import Questions, expanded, known_fields
from plaintickets.actions.listing import not_done
from plaintickets.core.fields import find_field
from plaintickets.core.nearest import did_you_mean
from plaintickets.core.problem import Problem
from plaintickets.core.query import compile_query, mentioned, parse
from plaintickets.core.query.inquiry import compared
from plaintickets.core.query.nodes import Compare, Query
from plaintickets.core.quoting import quoted
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.ticket import Ticket
    from plaintickets.tracker import Tracker

_CLOSED_CHOICES = ("status", "type", "resolution")


def refuse_unknown(tracker: Tracker, query: str) -> None:
    """Raises RefusedError for a status, type or resolution that neither the settings nor any ticket know.

    A misspelt one matches nothing, and a gate would pass for it.
    """
    for node in compared(_parsed(tracker, query)):
        field = find_field(tracker.config, node.field) if node.field in _CLOSED_CHOICES else None
        for value in node.values if field and node.op in ("=", "!=") else ():
            known = {name.casefold() for name in field.values} if field else set()
            if value.is_glob or value.text.casefold() in known:
                continue
            test = compile_query(Query("", Compare(node.field, "=", (value,))), Questions(tracker))
            if not any(map(test, tracker.reading.tickets.values())):
                raise RefusedError(
                    f"no ticket has the {node.field} {quoted(value.text)}, so there was nothing to look at",
                    hint=did_you_mean(value.text, sorted(known)) or "--allow-unknown passes all the same.",
                )


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
