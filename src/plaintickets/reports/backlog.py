"""How old the open tickets are, by priority."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.query.dates import moment
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

_DAY_SECONDS = 86_400
# A column for tickets below an age in days, with its key and its heading.
_AGES = ((7, "week", "to 7 days"), (30, "month", "to 30"), (90, "quarter", "to 90"), (365, "year", "to 365"))
_OLDER = ("older", "older")
_UNKNOWN = ("unknown", "age unknown")


def report(asked: Asked) -> Table:
    """Count the open tickets by priority and by age, the time since `created`.

    Priorities that cannot be read have their own row; dates that cannot be read have their own column.
    """
    names = (*(name for _, name, _ in _AGES), _OLDER[0], _UNKNOWN[0])
    counts: Counter[tuple[str, str]] = Counter()
    for ticket in asked.tickets:
        if not asked.is_done(ticket.status):
            number = ticket.priority
            priority = "unreadable" if number is None else f"{number} {list(asked.priorities)[number]}"
            counts[priority, _age(ticket.get("created"), asked)] += 1
    rows: list[Sequence[Cell]] = []
    for priority in sorted({priority for priority, _ in counts}):
        numbers = [counts[priority, name] for name in names]
        rows.append((priority, *numbers, sum(numbers)))
    columns = [Column("priority", "priority"), *(Column(name, heading, "count") for _, name, heading in _AGES)]
    columns += [Column(*_OLDER, "count"), Column(*_UNKNOWN, "count"), Column("open", "open", "count")]
    return Table("Open tickets by age", columns, rows)


def _age(created: object, asked: Asked) -> str:
    found = moment(created) if isinstance(created, str) else None
    if found is None:
        return _UNKNOWN[0]
    days = (asked.now - found[0]).total_seconds() / _DAY_SECONDS
    return next((name for most, name, _ in _AGES if days < most), _OLDER[0])
