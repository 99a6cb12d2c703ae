"""Lengths of time by group, and by period: how many, the median, the mean, the ninth decile, in the report's hours."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.periods import moment_of, periods
from plaintickets.core.quantiles import quantile
from plaintickets.core.servicedesk.duration import Length
from plaintickets.core.table import Chart, Column, Table

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
FROM = Column("from", "from", "date")
CHANGE = Column("change", "than before", "duration")
"""The median less that of the period before: negative if it is shorter."""
_HIGH = 0.9
SEVERAL_VALUES = "a ticket with several values counts in each of them"


class Timed(NamedTuple):
    """A length in seconds, and the moment by which it belongs to a period."""

    when: float
    length: float


def table(title: str, lengths: Mapping[str, Timed], asked: Asked, notes: Sequence[str] = ()) -> Table:
    """Return a row for each group of today's tickets that has a length; with `--per`, for each in each period.

    Raise PeriodsError for too many periods.
    """
    by = asked.by
    assert by is not None  # noqa: S101 - these reports name a field
    more = [*group_notes(by, lengths, asked.tickets), *notes]
    field = group_column(by, (*COLUMNS, CHANGE, FROM))
    if asked.per is None:
        rows = [(name, *figures(found, asked.hours)) for name, found in _by_group(lengths, asked)]
        return Table(title, (field, *COLUMNS), rows, more, Chart("bars", field.key, ("median",)))
    first = min((one.when for one in lengths.values()), default=asked.now.timestamp())
    spans = periods(asked.since or moment_of(first), asked.until, asked.per)
    starts = [start.timestamp() for start, _ in spans]
    parts: list[dict[str, Timed]] = [{} for _ in spans]
    for name, one in lengths.items():
        parts[bisect_right(starts, one.when) - 1][name] = one
    columns = (field, FROM, *COLUMNS[:2], CHANGE, *COLUMNS[2:])
    return Table(f"{title}, by {asked.per}", columns, _rows_by_period(starts, parts, asked), more)


def _rows_by_period(
    starts: Sequence[float], parts: Sequence[Mapping[str, Timed]], asked: Asked
) -> list[tuple[Cell, ...]]:
    """Return the rows of each group, a period below the other, with the difference to the period before."""
    by = asked.by
    assert by is not None  # noqa: S101 - as above
    rows: dict[str, list[tuple[Cell, ...]]] = {}
    before: dict[str, float] = {}
    for start, part in zip(starts, parts, strict=True):
        now: dict[str, float] = {}
        for name, found in _by_group(part, asked):
            count, median, *rest = figures(found, asked.hours)
            now[name] = quantile(found, 0.5) or 0.0
            change = length(now[name] - before[name], asked.hours) if name in before else None
            row = (name, f"{moment_of(start):%Y-%m-%d}", count, median, change, *rest)
            rows.setdefault(name, []).append(row)
        before = now
    return [row for name in by.in_order(rows) for row in rows[name]]


def _by_group(lengths: Mapping[str, Timed], asked: Asked) -> list[tuple[str, list[float]]]:
    """Return the lengths of the tickets of today of each group that has some, in the order of the groups."""
    by = asked.by
    assert by is not None  # noqa: S101 - as above
    groups: dict[str, list[float]] = {}
    for ticket in asked.tickets:
        for name in by.names(ticket) if ticket.id in lengths else ():
            groups.setdefault(name, []).append(lengths[ticket.id].length)
    return [(name, groups[name]) for name in by.in_order(groups)]


def group_column(by: Grouping, columns: Sequence[Column]) -> Column:
    """Return the column of the groups, whose key is the field, or `by:` and the field if a column has that key."""
    taken = any(column.key == by.field for column in columns)
    return Column(f"by:{by.field}" if taken else by.field, by.field)


def group_notes(by: Grouping, counted: Collection[str], tickets: Iterable[Ticket]) -> list[str]:
    """Return notes on the counted tickets that are in several groups, and on counted ids that are in none."""
    here = {ticket.id: ticket for ticket in tickets}
    several = any(len(by.names(here[name])) > 1 for name in counted if name in here)
    gone = len({*counted}.difference(here))
    removed = f"{gone:,} more have been removed or cannot be read, and count in no group"
    return [*([SEVERAL_VALUES] if several else []), *([removed] if gone else [])]


def figures(values: Sequence[float], hours: Calendar) -> tuple[Cell, ...]:
    """Return the number of values, their median, mean and ninth decile; without values only the number."""
    if not values:
        return 0, None, None, None
    mean = sum(values) / len(values)
    return len(values), *(length(one, hours) for one in (quantile(values, 0.5), mean, quantile(values, _HIGH)))


def length(seconds: float | None, hours: Calendar) -> Length | None:
    """Return seconds as a length that is written in days of the calendar."""
    return None if seconds is None else Length(round(seconds), hours.workday)
