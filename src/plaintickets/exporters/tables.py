"""The tables of a database: tickets, comments, changes and links, with their columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.exported import RELATIONS
from plaintickets.core.ticket import list_of
from plaintickets.exporters.values import day, flat, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

Cell = str | int | None
_TEXTS = ("status", "type", "assignee", "reporter", "customer", "milestone", "component", "queue", "parent", "tags")
_MOMENTS = ("created", "closed")


class Table(NamedTuple):
    """A table: its name and columns with their types, of which the first two name a row's ticket.

    A type is `text`, `int`, `bool`, `date`, `moment` or `json`; `key` names a row.
    """

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]


TABLES = {
    "tickets": Table(
        "tickets",
        {
            "repository": "text",
            "id": "text",
            "title": "text",
            **dict.fromkeys(_TEXTS[:2], "text"),
            "priority": "int",
            **dict.fromkeys(_TEXTS[2:], "text"),
            **dict.fromkeys(_MOMENTS, "moment"),
            "due": "date",
            "is_done": "bool",
            "fields": "json",
            "text": "text",
        },
        ("repository", "id"),
    ),
    "comments": Table(
        "comments",
        {
            "repository": "text",
            "ticket": "text",
            "number": "int",
            "date": "moment",
            "author": "text",
            "internal": "bool",
            "text": "text",
        },
        ("repository", "ticket", "number"),
    ),
    "links": Table(
        "links",
        dict.fromkeys(("repository", "ticket", "kind", "other"), "text"),
        ("repository", "ticket", "kind", "other"),
    ),
    "changes": Table(
        "changes",
        {
            "repository": "text",
            "ticket": "text",
            "number": "int",
            "at": "moment",
            **dict.fromkeys(("author", "kind", "field", "before", "after", "commit"), "text"),
        },
        ("repository", "ticket", "number"),
    ),
}


def ticket_row(export: Export, record: Exported) -> list[Cell]:
    """Return the row of a ticket."""
    ticket = record.ticket
    texts = [flat(ticket.keys.get(name)) or None for name in _TEXTS[2:]]
    return [
        *(export.repository, ticket.id, ticket.title, ticket.status, ticket.type, ticket.priority),
        *texts,
        *(moment(ticket.text(name)) or None for name in _MOMENTS),
        day(ticket.text("due")) or None,
        int(export.is_done(ticket.status)),
        json.dumps(ticket.keys, ensure_ascii=False),
        record.text,
    ]


def comment_rows(export: Export, record: Exported) -> Iterator[list[Cell]]:
    """Yield the rows of a ticket's comments."""
    for number, one in enumerate(record.comments, 1):
        date = moment(one.date) or None
        yield [export.repository, record.ticket.id, number, date, one.author, int(one.internal), one.text]


def link_rows(export: Export, record: Exported) -> Iterator[list[Cell]]:
    """Yield a row for each ticket that a ticket names."""
    for kind in RELATIONS:
        for other in dict.fromkeys(list_of(record.ticket.keys.get(kind))):
            yield [export.repository, record.ticket.id, kind, other]


def change_rows(export: Export) -> Iterator[list[Cell]]:
    """Yield the rows of the history."""
    for one in export.changes():
        values = (one.at, one.author, one.kind, one.field or None, one.before or None, one.after or None, one.commit)
        yield [export.repository, one.ticket, one.number, *values]
