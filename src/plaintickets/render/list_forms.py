"""A list of tickets for programs and documents: tab-separated lines, CSV, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.table import Column, Table
from plaintickets.render import safe
from plaintickets.render.jsonform import dumps_line, ticket_object
from plaintickets.render.list_columns import text_of
from plaintickets.render.tables import rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.ticket import Ticket
    from plaintickets.render.list_columns import Facts

FORMATS = ("csv", "json", "jsonl", "md", "plain", "table")
DEFAULT = ("id", "status", "priority", "type", "title", "assignee", "due", "tags", "created")
"""The columns of CSV and Markdown if the user chooses none."""


def tab_separated(ticket: Ticket, columns: Iterable[str], facts: Facts) -> str:
    """Return the columns of a ticket with tabs between them, each on one line."""
    return "\t".join(safe.line(text_of(name, ticket, facts)) for name in columns)


def as_table(form: str, tickets: Sequence[Ticket], columns: Sequence[str], facts: Facts, title: str) -> str:
    """Return the tickets as CSV or Markdown."""
    names = columns or DEFAULT
    rows = [[text_of(name, ticket, facts) for name in names] for ticket in tickets]
    return rendered(form, Table(title, [Column(name, name) for name in names], rows))


def chosen_object(ticket: Ticket, columns: Iterable[str], facts: Facts) -> dict[str, object]:
    """Return the chosen columns of a ticket for JSON; null if it has no value."""
    whole = ticket_object(ticket)
    found: dict[str, object] = {}
    for name in columns:
        if name in whole:
            found[name] = whole[name]
        elif facts.computed is not None and facts.computes(name):
            found[name] = facts.computed.value(name, ticket)
        elif name == "blockers":
            found[name] = list(facts.blockers(ticket))
        else:
            found[name] = text_of(name, ticket, facts) or None
    return found


def json_lines(objects: Iterable[object]) -> str:
    """Return objects as JSON, each on one line."""
    return "\n".join(map(dumps_line, objects))
