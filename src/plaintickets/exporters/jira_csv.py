"""A table for Jira's CSV import; columns repeat, and dates are `yyyy-MM-dd HH:mm:ss`, which its import asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.formulas import without_formula
from plaintickets.core.ticket import list_of
from plaintickets.exporters.jira_markup import wiki
from plaintickets.exporters.values import CsvLines, flat, moment, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported
    from plaintickets.core.ticket import Ticket

_DATE = "%Y-%m-%d %H:%M:%S"
_LONGEST_TITLE = 255
# Columns that are there once for each value, and the field with the values.
_REPEATED = {
    "Labels": "tags",
    "Components": "component",
    "Fix versions": "milestone",
    "Inward issue link (Blocks)": "deps",
    "Outward issue link (Relates)": "links",
    "Outward issue link (Duplicate)": "duplicate-of",
}
_OWN = frozenset(
    (
        *("id", "title", "status", "type", "priority", "resolution", "assignee", "reporter", "created", "closed"),
        *("due", "parent", *_REPEATED.values()),
    )
)


def pieces(export: Export) -> Iterator[str]:
    """Yield the names of the columns, then a row for each ticket."""
    tickets = export.tickets
    numbers = {ticket.id: str(number) for number, ticket in enumerate(tickets, 1)}
    times = {name: max((len(_words(one, key)) for one in tickets), default=0) for name, key in _REPEATED.items()}
    comments = max((len(record.comments) for record in export.records()), default=0)
    others = sorted({key for ticket in tickets for key in ticket.keys} - _OWN)
    lines = CsvLines()
    yield lines.row(
        [
            *("Issue key", "Issue id", "Parent id", "Summary", "Issue Type", "Status", "Priority", "Resolution"),
            *("Assignee", "Reporter", "Created", "Resolved", "Due date", "Description"),
            *(name for name, count in times.items() for _ in range(count)),
            *(f"Custom field ({plain(name)})" for name in others),
            *["Comment"] * comments,
        ]
    )
    for record in export.records():
        ticket = record.ticket
        row = [
            *_fixed(export, record, numbers),
            *(cell for name, count in times.items() for cell in _filled(_words(ticket, _REPEATED[name]), count)),
            *(flat(ticket.keys.get(name)) for name in others),
            *_filled([_comment(*one[:2], one.text) for one in record.comments], comments),
        ]
        yield lines.row(map(without_formula, row))


def _fixed(export: Export, record: Exported, numbers: dict[str, str]) -> list[str]:
    ticket = record.ticket
    title = " ".join(ticket.title.split()) or ticket.id
    text = wiki(record.text)
    if len(title) > _LONGEST_TITLE:
        title, text = f"{title[: _LONGEST_TITLE - 1]}…", f"{title}\n\n{text}"
    return [
        *(ticket.id, numbers[ticket.id], numbers.get(ticket.parent, ""), title, ticket.type, ticket.status),
        *(export.priority_name(ticket), ticket.text("resolution"), ticket.assignee, ticket.text("reporter")),
        *(moment(text, _DATE) for text in (ticket.created, ticket.closed, ticket.text("due"))),
        text,
    ]


def _words(ticket: Ticket, key: str) -> tuple[str, ...]:
    """Return the values of a repeated column; no label holds a blank."""
    found = list_of(ticket.keys.get(key))
    return tuple("_".join(one.split()) for one in found) if key == "tags" else found


def _filled(cells: tuple[str, ...] | list[str], count: int) -> list[str]:
    return [*cells, *[""] * (count - len(cells))]


def _comment(date: str, author: str, text: str) -> str:
    return f"{moment(date, _DATE)};{author.replace(';', ',')};{wiki(text)}"
