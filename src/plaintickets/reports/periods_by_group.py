"""The rows of a report over periods for each group of tickets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.core.periods import PeriodsError
from plaintickets.core.table import Chart, Table
from plaintickets.reports.grouped import group_column, group_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

MOST_ROWS = 200_000


def by_group(asked: Asked, count: Callable[[Asked], Table], drawn: str) -> Table:
    """Return the table that `count` makes of the tickets, with the rows of each group below each other.

    The first column of `count` is the period. All groups have the same periods; one in which nothing is counted is left
    out. The notes are those of all tickets. `drawn` is the column that the picture shows. Raises PeriodsError for too
    many periods, or too many of so many groups.
    """
    by = asked.by
    whole = count(asked)
    if by is None:
        return whole
    groups: dict[str, list[Ticket]] = {}
    for ticket in asked.tickets:
        for name in by.names(ticket) if ticket.id in (asked.times or {}) else ():
            groups.setdefault(name, []).append(ticket)
    if len(groups) * len(whole.rows) > MOST_ROWS:
        raise PeriodsError(asked.unit)
    for first in whole.rows[:1]:
        asked = asked._replace(since=asked.since or datetime.fromisoformat(str(first[0])).replace(tzinfo=UTC))
    places = {column.key: place for place, column in enumerate(whole.columns)}
    rows: list[Sequence[Cell]] = []
    for name in by.in_order(groups):
        part = count(_only(asked, groups[name]))
        if any(cell for row in part.rows for cell in row[1:]):
            rows += ((name, *row) for row in _placed(part, places))
    column = group_column(by, whole.columns)
    notes = [*whole.notes, *group_notes(by, asked.times or {}, asked.tickets)]
    chart = Chart("lines", whole.columns[0].key, (drawn,), column.key)
    return Table(f"{whole.title}, by {by.field}", (column, *whole.columns), rows, notes, chart)


def _only(asked: Asked, tickets: Sequence[Ticket]) -> Asked:
    """Return the question about some of its tickets."""
    times, events = asked.times or {}, asked.events
    return asked._replace(
        tickets=tickets,
        times={ticket.id: times[ticket.id] for ticket in tickets},
        events={ticket.id: events[ticket.id] for ticket in tickets if ticket.id in events},
    )


def _placed(part: Table, places: dict[str, int]) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a group in the columns of all tickets; a column that the group has not counts nothing."""
    for row in part.rows:
        cells: list[Cell] = [0] * len(places)
        for column, cell in zip(part.columns, row, strict=True):
            cells[places[column.key]] = cell
        yield cells
