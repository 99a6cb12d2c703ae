"""Find unknown values in the query of a gate, and tickets with unreadable values of the fields that it asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.listing import not_done
from plaintickets.actions.unknown_values import check_gate
from plaintickets.core.builtinfields import SHAPED, described_fields
from plaintickets.core.dates import DATES, is_loose
from plaintickets.core.fields import find_field, is_unreadable, misfit
from plaintickets.core.problem import Problem
from plaintickets.core.query import mentioned, parse
from plaintickets.core.quoting import quoted
from plaintickets.core.ticket import priority_number
from plaintickets.query_context import QueryContext, expanded, known_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plaintickets.core.config import Field
    from plaintickets.core.query.nodes import Query
    from plaintickets.core.ticket import Ticket, Value
    from plaintickets.project import Project


def refuse_unknown(project: Project, query: str, *, typed: bool) -> None:
    """Raise RefusedError for a value that neither the settings nor any ticket have: see `check_gate`."""
    check_gate(project, _parsed(project, query), typed=typed)


def unreadable_values(project: Project, query: str) -> Iterator[tuple[Ticket, Problem]]:
    """Yield open tickets that the query may be about: what it asks about cannot be read in them."""
    asked = mentioned(_parsed(project, query))
    fields = [find_field(project.config, name) for name in sorted(asked & described_fields(project.config))]
    # Reading a ticket looks at the shape of the others already.
    fields = [field for field in fields if field.type in {*DATES, "priority"} or field.name not in SHAPED]
    number = QueryContext(project).priority_number
    # Of 10,000 tickets most have one of few values, so each value is judged once.
    known = [("priority" if field.type == "priority" else field.name, field, set[str]()) for field in fields]
    for ticket in not_done(project):
        for name, field, readable in known:
            raw = ticket.raw(name)
            if isinstance(raw, str) and raw in readable:
                continue
            wrong = _wrong(raw, field, number)
            if wrong is not None:
                yield ticket, _problem(project, ticket, name, *wrong)
            elif isinstance(raw, str):
                readable.add(raw)


def _wrong(raw: Value, field: Field, number: Callable[[str], int | None]) -> tuple[str, str] | None:
    """Return what is wrong with a value that cannot be read, and its code; None for one that can."""
    text = raw if isinstance(raw, str) else ""
    if field.type == "priority":
        is_read = not text or priority_number(text) is not None or number(text) is not None
        return None if is_read else (f"{quoted(text)} cannot be read", "bad-priority")
    if not is_unreadable(raw, field) or (field.type in DATES and is_loose(text)):
        return None
    what = misfit(raw, field)
    message = f"holds {what}" if what else f"{quoted(str(raw))} cannot be read"
    return message, "bad-date" if field.type in DATES else "bad-value"


def _problem(project: Project, ticket: Ticket, key: str, message: str, code: str) -> Problem:
    line = project.document_at(ticket.path).line_of(key)
    return Problem(ticket.path, line, code, f"{key} {message}")


def _parsed(project: Project, query: str) -> Query:
    return parse(expanded(query, project.config.queries), known_fields(project))
