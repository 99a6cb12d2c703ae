"""How loaded the people are: a row and a bar for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.load import Work, capacity_of
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.servicedesk.means import Staff

COLUMNS = (
    Column("person", "person", "person"),
    Column("open", "open", "count"),
    Column("capacity", "capacity", "count"),
    Column("work", "work", "number"),
    Column("load", "load", "share"),
    Column("bar", ""),
    Column("away_until", "away until", "date"),
)
_CELLS = 10
_MOST_CELLS = 20


def load_table(staff: Staff, people: Sequence[str], notes: Sequence[str], *, bars: bool) -> Table:
    """Return a row for each person, the most loaded first; a full bar is the capacity."""
    rows = []
    for name in sorted(people, key=lambda one: (-_share(staff, one), one.casefold(), one)):
        work, share = staff.work.get(name, Work()), _share(staff, name)
        cells = (name, work.tickets, capacity_of(staff.people[name]), work.weight, round(share, 4))
        row = (*cells, bar(share), staff.away.get(name))
        rows.append(row if bars else (*row[:5], row[6]))
    return Table("Load", COLUMNS if bars else (*COLUMNS[:5], COLUMNS[6]), rows, notes)


def _share(staff: Staff, name: str) -> float:
    return staff.work.get(name, Work()).share(capacity_of(staff.people[name]))


def bar(share: float) -> str:
    """Return a share as a bar of ten cells, longer for more than the whole, at most of twenty."""
    filled = min(round(share * _CELLS), _MOST_CELLS) or (1 if share else 0)
    return "█" * filled + "░" * (_CELLS - filled) + ("+" if share * _CELLS > _MOST_CELLS else "")
