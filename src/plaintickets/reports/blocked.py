"""Which tickets hold up others: how many open tickets wait for each, directly and through others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.table import Chart, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("ticket", "ticket", "ticket"),
    Column("blocks", "blocks", "count"),
    Column("all", "with indirect", "count"),
    Column("blocked_by", "blocked by", "count"),
    Column("status", "status"),
    Column("title", "title"),
)
MISSING = "missing"


def report(asked: Asked) -> Table:
    """List the tickets that the selected open tickets wait for, those that hold up most first.

    A ticket waits for a dependency that is not done, or that does not exist or cannot be read. Dependencies are looked
    at in the whole store.
    """
    waits = {ticket.id: waited_for(ticket.id, asked) for ticket in asked.tickets if not asked.is_done(ticket.status)}
    waiting = {name: found for name, found in waits.items() if found}
    direct: dict[str, int] = {}
    indirect: dict[str, int] = {}
    known: dict[str, frozenset[str]] = {}
    for name, found in waiting.items():
        for one in found:
            direct[one] = direct.get(one, 0) + 1
        for one in _reached(name, known, asked):
            indirect[one] = indirect.get(one, 0) + 1
    rows: list[Sequence[Cell]] = []
    for name in sorted(indirect, key=lambda one: (-indirect[one], -direct.get(one, 0), one)):
        ticket = asked.known.get(name)
        shown = (ticket.status, ticket.title) if ticket is not None else (MISSING, "")
        rows.append((name, direct.get(name, 0), indirect[name], len(waited_for(name, asked)), *shown))
    notes = [f"{len(waiting):,} of {len(waits):,} open tickets are blocked"]
    return Table("Tickets that block others", COLUMNS, rows, notes, Chart("bars", "ticket", ("all",)))


def waited_for(name: str, asked: Asked) -> frozenset[str]:
    """Return the dependencies of a ticket that are not done."""
    known: Mapping[str, object] = asked.known
    ticket = asked.known.get(name)
    deps = ticket.deps if ticket is not None else ()
    return frozenset(dep for dep in deps if dep not in known or not asked.is_done(asked.known[dep].status))


def _reached(name: str, direct: dict[str, frozenset[str]], asked: Asked) -> set[str]:
    """Return all tickets that one waits for, through others too, without itself."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one not in direct:
            direct[one] = waited_for(one, asked)
        new = direct[one] - found
        found |= new
        ahead += new
    return found - {name}
