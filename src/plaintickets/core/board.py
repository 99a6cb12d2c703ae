"""A board: tickets as cards, in columns by one field and in lanes by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from plaintickets.core.ticket import Ticket

    Values = Callable[[Ticket], Sequence[str]]
    First = Callable[[Sequence[Ticket], int], Sequence[Ticket]]

NONE = "none"
"""The name of the column, and of the lane, of tickets without a value."""


class Card(NamedTuple):
    """A ticket on a board: the open tickets that it waits for, and the words of its nearest clock."""

    ticket: Ticket
    blockers: tuple[str, ...] = ()
    clock: str = ""
    is_late: bool = False


class Column(NamedTuple):
    """A column: `matching` of its tickets match the query, `total` are in the store.

    `kind` is the class of a status, empty for another field. `limit` is the limit of work in progress, 0 for none.
    """

    name: str
    matching: int
    total: int
    limit: int = 0
    kind: str = ""

    @property
    def is_over(self) -> bool:
        """Tell whether the column has more tickets than its limit allows."""
        return 0 < self.limit < self.total


class Cell(NamedTuple):
    """The cards of a lane in one column, and how many others are not shown."""

    cards: tuple[Card, ...]
    hidden: int = 0


class Lane(NamedTuple):
    """A lane with a cell for each column; the only lane of a board without lanes has no name."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def size(self) -> int:
        """Return the number of tickets in the lane's cells."""
        return sum(len(cell.cards) + cell.hidden for cell in self.cells)


class Board(NamedTuple):
    """Columns by the values of `field`, and lanes by those of `swimlane`, which is empty without lanes."""

    field: str
    swimlane: str
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]


class Axis(NamedTuple):
    """What arranges tickets: a field, the values of a ticket, and the names in order, which are always shown."""

    field: str
    values: Values
    names: Sequence[str] = ()


class Shown(NamedTuple):
    """What a board shows: at most `most` cards in a cell, of closed tickets `closed`; 0 for all."""

    most: int = 0
    closed: int = 0
    limits: Mapping[str, int] = {}
    kinds: Mapping[str, str] = {}


def board(
    tickets: Iterable[Ticket],
    columns: Axis,
    lanes: Axis | None,
    shown: Shown,
    totals: Mapping[str, int],
    first: First,
    card: Callable[[Ticket], Card],
) -> Board:
    """Return the board of tickets; only shown tickets are made into cards.

    `totals` are the tickets of the store by column. `first` gives the first tickets of a cell in order, all for 0.
    """
    cells: dict[str, dict[str, list[Ticket]]] = {"": {}} if lanes is None else {}
    counts: dict[str, int] = {}
    for ticket in tickets:
        names = columns.values(ticket) or (NONE,)
        for name in names:
            counts[name] = counts.get(name, 0) + 1
        for lane in ("",) if lanes is None else (lanes.values(ticket) or (NONE,)):
            row = cells.setdefault(lane, {})
            for name in names:
                row.setdefault(name, []).append(ticket)
    order = _ordered(columns, counts)
    heads = tuple(
        Column(name, counts.get(name, 0), max(totals.get(name, 0), counts.get(name, 0)), shown.limits.get(name, 0),
               shown.kinds.get(name, ""))
        for name in order
    )  # fmt: skip
    named = [""] if lanes is None else [name for name in _ordered(lanes, cells) if name in cells]
    rows = tuple(
        Lane(name, tuple(_cell(cells[name].get(head.name, ()), _most(head, shown), first, card) for head in heads))
        for name in named
    )
    return Board(columns.field, lanes.field if lanes else "", heads, rows)


def _most(column: Column, shown: Shown) -> int:
    bounds = [bound for bound in (shown.most, shown.closed if column.kind == "done" else 0) if bound]
    return min(bounds, default=0)


def _cell(tickets: Sequence[Ticket], most: int, first: First, card: Callable[[Ticket], Card]) -> Cell:
    kept = first(tickets, most)
    return Cell(tuple(map(card, kept)), len(tickets) - len(kept))


def _ordered(axis: Axis, found: Iterable[str]) -> list[str]:
    """Return the names of an axis: its own in their order, then others, then that of tickets without a value."""
    rest = sorted(set(found) - {*axis.names, NONE}, key=lambda name: (name.casefold(), name))
    last = [NONE] if NONE in found and NONE not in axis.names else []
    return [*axis.names, *rest, *last]
