"""Count the clocks of the policies that met their target, by policy, clock and group; name tickets that missed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.servicedesk.clocks import CLOCKS
from plaintickets.core.table import Chart, Column, Table
from plaintickets.reports.grouped import SEVERAL_VALUES, group_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.grouping import Grouping
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("policy", "policy"),
    Column("clock", "clock"),
    Column("priority", "priority"),
    Column("met", "met", "count"),
    Column("breached", "breached", "count"),
    Column("attained", "attained", "share"),
    Column("open", "not decided", "count"),
    Column("tickets", "breached by"),
)
_SHOWN = 5


class Verdict(NamedTuple):
    """Whether a clock met its target, None where it is not decided, and when that was."""

    is_met: bool | None
    at: int


def report(asked: Asked) -> Table:
    """Count the clocks that were met or breached in the time of the report, and those that are not decided."""
    by = asked.by
    assert by is not None  # noqa: S101 - the row of this report names a field
    cells: dict[tuple[str, str, str], list[tuple[bool | None, str]]] = {}
    verdicts: list[bool | None] = []
    for ticket, clocks in asked.clocks:
        for clock in clocks:
            found = verdict(clock, asked)
            if found is None:
                continue
            verdicts.append(found.is_met)
            for name in by.names(ticket):
                cells.setdefault((clock.policy, clock.name, name), []).append((found.is_met, ticket.id))
    rows = [(*key, *_figures(cells[key])) for key in _in_order(cells, by)]
    unmatched = sum(not clocks for _, clocks in asked.clocks)
    notes = [f"{unmatched:,} tickets have no clock"] if unmatched else []
    decided = [met for met in verdicts if met is not None]
    if decided:
        notes.insert(0, f"{sum(decided):,} of {len(decided):,} met their target ({sum(decided) / len(decided):.1%})")
    if any(len(by.names(ticket)) > 1 for ticket, clocks in asked.clocks if clocks):
        notes.append(SEVERAL_VALUES)
    columns = (*COLUMNS[:2], group_column(by, (*COLUMNS[:2], *COLUMNS[3:])), *COLUMNS[3:])
    return Table("Clocks of the policies", columns, rows, notes, Chart("bars", "clock", ("met", "breached")))


def _in_order(keys: Iterable[tuple[str, str, str]], by: Grouping) -> list[tuple[str, str, str]]:
    keys = list(keys)
    places = {name: place for place, name in enumerate(by.in_order({name for _, _, name in keys}))}
    return sorted(keys, key=lambda key: (key[0], CLOCKS.index(key[1]), places[key[2]]))


def _figures(found: Sequence[tuple[bool | None, str]]) -> tuple[Cell, ...]:
    met = sum(one is True for one, _ in found)
    late = [ticket for one, ticket in found if one is False]
    names = sorted(set(late))
    shown = " ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
    share = round(met / (met + len(late)), 4) if met + len(late) else None
    return met, len(late), share, len(found) - met - len(late), shown


def verdict(clock: Clock, asked: Asked) -> Verdict | None:
    """Return whether a clock met its target, None if this was decided outside the time of the report.

    A clock is met when it ends in time, and breached at its deadline, whether it has ended or not. One that ended
    because its ticket goes on as another is neither.
    """
    end = asked.until.timestamp()
    start = asked.since.timestamp() if asked.since is not None else float("-inf")
    if clock.state == "breached":
        at = clock.due if clock.due is not None else clock.started
        return Verdict(is_met=False, at=at) if start <= at < end else None
    if clock.state == "met" and clock.ended is not None:
        return Verdict(is_met=True, at=clock.ended) if start <= clock.ended < end else None
    return Verdict(is_met=None, at=clock.started) if clock.is_live else None
