"""Lengths of time by group: how many, the median, the mean, the ninth decile, in the hours of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.quantiles import quantile
from plaintickets.core.servicedesk.duration import Length
from plaintickets.core.table import Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from plaintickets.core.grouping import Grouping
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("n", "tickets", "count"),
    Column("median", "median", "duration"),
    Column("mean", "mean", "duration"),
    Column("p90", "90 of 100 within", "duration"),
)
_HIGH = 0.9
SEVERAL_VALUES = "a ticket with several values counts in each of them"


def rows_by_group(lengths: Mapping[str, float], asked: Asked) -> tuple[list[Sequence[Cell]], list[str]]:
    """Return a row for each group of today's tickets that has a length, and notes on those in several or none."""
    by = asked.by
    assert by is not None  # noqa: S101 - the rows of these reports name a field
    groups: dict[str, list[float]] = {}
    for ticket in asked.tickets:
        for name in by.names(ticket) if ticket.id in lengths else ():
            groups.setdefault(name, []).append(lengths[ticket.id])
    several = any(len(by.names(ticket)) > 1 for ticket in asked.tickets if ticket.id in lengths)
    notes = [*([SEVERAL_VALUES] if several else []), *removed_note(lengths, asked.tickets)]
    return [(name, *figures(groups[name], asked.hours)) for name in by.in_order(groups)], notes


def group_column(by: Grouping, columns: Sequence[Column]) -> Column:
    """Return the column of the groups, whose key is the field, or `by:` and the field if a column has that key."""
    taken = any(column.key == by.field for column in columns)
    return Column(f"by:{by.field}" if taken else by.field, by.field)


def removed_note(counted: Collection[str], tickets: Iterable[Ticket]) -> list[str]:
    """Return a note on the counted ids without a ticket, which is in no group."""
    gone = len({*counted}.difference(ticket.id for ticket in tickets))
    return [f"{gone:,} more have been removed or cannot be read, and count in no group"] if gone else []


def figures(values: Sequence[float], hours: Calendar) -> tuple[Cell, ...]:
    """Return the number of values, their median, mean and ninth decile; without values only the number."""
    if not values:
        return 0, None, None, None
    mean = sum(values) / len(values)
    return len(values), *(length(one, hours) for one in (quantile(values, 0.5), mean, quantile(values, _HIGH)))


def length(seconds: float | None, hours: Calendar) -> Length | None:
    """Return seconds as a length that is written in days of the calendar."""
    return None if seconds is None else Length(round(seconds), hours.workday)
