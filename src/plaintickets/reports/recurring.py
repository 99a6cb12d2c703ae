"""Which problems come back: groups of known duplicates and look-alikes, how often and how long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query.dates import moment
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.grouped import length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.table import Cell
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = (
    Column("ticket", "first", "ticket"),
    Column("times", "tickets", "count"),
    Column("open", "open", "count"),
    Column("first", "from", "date"),
    Column("last", "to", "date"),
    Column("since", "since last", "duration"),
    Column("title", "title"),
)


def report(asked: Asked) -> Table:
    """List the groups of tickets that name each other as duplicates or look alike, the largest first."""
    rows: list[Sequence[Cell]] = []
    for group in groups(asked.tickets, asked.clusters):
        dated = sorted((found[0], one.id) for one in group if (found := moment(one.created)) is not None)
        first = next((one for one in group if dated and one.id == dated[0][1]), min(group, key=lambda one: one.id))
        still = sum(not asked.is_done(one.status) for one in group)
        days = (f"{dated[0][0]:%Y-%m-%d}", f"{dated[-1][0]:%Y-%m-%d}") if dated else (None, None)
        ago = max(0.0, (asked.now - dated[-1][0]).total_seconds()) if dated else None
        rows.append((first.id, len(group), still, *days, length(ago, asked.hours), first.title))
    rows.sort(key=lambda row: (-int(row[1] or 0), -int(row[2] or 0), str(row[0])))
    notes = [f"{sum(int(row[1] or 0) for row in rows):,} of {len(asked.tickets):,} tickets, {len(rows):,} problems"]
    return Table("Problems that come back", COLUMNS, rows, notes, Chart("bars", "ticket", ("times",)))


def groups(tickets: Sequence[Ticket], alike: Iterable[Sequence[str]]) -> list[list[Ticket]]:
    """Return the groups of at least two tickets that are joined by `duplicate-of` or by a group of look-alikes."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while (up := above.get(name, name)) != name:
            above[name] = above.get(up, up)
            name = up
        return name

    pairs = [(one.id, original) for one in tickets if (original := one.text("duplicate-of"))]
    pairs += [(group[0], other) for group in alike for other in group[1:]]
    for one, other in pairs:
        above[root(one)] = root(other)
    found: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        found.setdefault(root(ticket.id), []).append(ticket)
    return [group for group in found.values() if len(group) > 1]
