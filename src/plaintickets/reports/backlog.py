"""How old the open tickets are, by priority or another field, and how much they have grown."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from plaintickets.core.query.dates import moment
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

_DAY_SECONDS = 86_400
GROWTH_DAYS = 30
# A column for tickets below an age in days, with its key and its heading.
_AGES = ((7, "week", "to 7 days"), (30, "month", "to 30"), (90, "quarter", "to 90"), (365, "year", "to 365"))
_NAMES = (*(name for _, name, _ in _AGES), "older", "unknown")
COLUMNS = (
    *(Column(name, heading, "count") for _, name, heading in _AGES),
    Column("older", "older", "count"),
    Column("unknown", "age unknown", "count"),
    Column("open", "open", "count"),
    Column("growth", "growth", "count"),
)


def report(asked: Asked) -> Table:
    """Count the open tickets of each group by age, the time since `created`, and how many more they are than before.

    Priorities that cannot be read have their own row; dates that cannot be read have their own column. The growth is
    the open tickets of today less those that were open at the beginning, both in the groups of today.
    """
    by = asked.by
    assert by is not None  # noqa: S101 - the row of this report names a field
    counts: dict[str, Counter[str]] = {}
    grown: Counter[str] = Counter()
    start = asked.since or asked.now - timedelta(days=GROWTH_DAYS)
    at, has_several = start.timestamp(), False
    for ticket in asked.tickets:
        is_open, was_open, names = not asked.is_done(ticket.status), _was_open(ticket.id, at, asked), by.names(ticket)
        has_several = has_several or len(names) > 1
        for name in names if is_open or was_open else ():
            grown[name] += is_open - was_open
            counts.setdefault(name, Counter())
            if is_open:
                counts[name][age_of(ticket, asked)] += 1
    rows: list[Sequence[Cell]] = []
    for name in by.in_order(counts):
        numbers = [counts[name][age] for age in _NAMES]
        rows.append((name, *numbers, sum(numbers), grown[name] if asked.times is not None else None))
    column = grouped.group_column(by, COLUMNS)
    notes = [] if asked.times is None else [_growth_note(asked, at, f"{start:%Y-%m-%d}")]
    if has_several:
        notes.append(grouped.SEVERAL_VALUES)
    return Table("Open tickets by age", (column, *COLUMNS), rows, notes, Chart("bars", column.key, _NAMES))


def _growth_note(asked: Asked, start: float, day: str) -> str:
    here = {ticket.id for ticket in asked.tickets}
    gone = sum(_was_open(name, start, asked) for name in asked.times or () if name not in here)
    text = f"growth: the open tickets less those that were open on {day}"
    return f"{text}; {gone:,} of these have been removed and count in no group" if gone else text


def _was_open(ticket: str, at: float, asked: Asked) -> bool:
    """Tell whether a ticket was open at a moment."""
    status = ""
    for time in (asked.times or {}).get(ticket, ()):
        if time.start > at:
            break
        status = time.status
    return bool(status) and not asked.is_done(status)


def age_of(ticket: Ticket, asked: Asked) -> str:
    """Return the column of a ticket's age."""
    created = ticket.get("created")
    found = moment(created) if isinstance(created, str) else None
    if found is None:
        return "unknown"
    days = (asked.now - found[0]).total_seconds() / _DAY_SECONDS
    return next((name for most, name, _ in _AGES if days < most), "older")
