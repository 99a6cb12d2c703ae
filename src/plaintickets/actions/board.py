"""Make the board of a store: cards in columns, with limits, blockers and clocks."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.board import Axis, Card, Shown, board
from plaintickets.errors import GitRefusedError, RefusedError, UnknownNameError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from plaintickets.core.board import Board, First
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    ClosedKey = Callable[[Ticket], tuple[float, str, str]]

USUAL = ("status", "assignee", "priority", "milestone", "type")
"""The fields by which a board is seen most often."""
CLOSED = 10
"""How many closed tickets a column shows if nobody asks for more."""


class Asked(NamedTuple):
    """What a board is asked for: at most `most` cards in a cell, 0 for all.

    `closed` is how many closed tickets a column shows, 0 for all. None: only columns of closed statuses show some.
    """

    query: str = ""
    by: str = "status"
    swimlane: str = ""
    most: int = 0
    closed: int | None = None


def board_of(project: Project, asked: Asked) -> Board:
    """Return the board of the tickets that match; the most urgent first, closed ones the latest first.

    Raise UsageError for an unknown field, RefusedError for a computed one that cannot group.
    """
    from plaintickets.actions.listing import Filter, closed_key, select

    config = project.config
    field = known_field(project, asked.by)
    columns = _axis(project, field)
    lanes = _axis(project, known_field(project, asked.swimlane)) if asked.swimlane else None
    if lanes and lanes.field == field:
        raise UsageError(f"the lanes and the columns are both by '{field}'", hint="name another field.")
    is_status = field == "status"
    found = select(project, Filter(query=asked.query), closed_too=is_status or asked.closed is not None)
    done, latest_last = config.done_statuses, partial(closed_key, project)
    if not is_status and asked.closed:
        latest = _latest([ticket for ticket in found if ticket.status in done], asked.closed, latest_last)
        found = [*(ticket for ticket in found if ticket.status not in done), *latest]
    kinds = {status.name: status.kind for status in config.statuses} if is_status else {}
    shown = Shown(
        asked.most, CLOSED if asked.closed is None else asked.closed, config.limits if is_status else {}, kinds
    )
    totals = _totals(project) if is_status and asked.query and config.limits else {}
    return board(found, columns, lanes, shown, totals, firsts(done, latest_last), _cards(project))


def firsts(done: Collection[str], closed_key: ClosedKey) -> First:
    """Return the function that gives the first tickets of a cell: the most urgent, then the latest closed ones.

    Only these are put in order. `closed_key` is larger for a ticket that was closed later.
    """
    from plaintickets.actions.arrange import urgent_first

    def first(tickets: Sequence[Ticket], most: int) -> list[Ticket]:
        found = urgent_first((ticket for ticket in tickets if ticket.status not in done), most or None)
        if most and len(found) >= most:
            return found
        closed = [ticket for ticket in tickets if ticket.status in done]
        return found + _latest(closed, most - len(found) if most else 0, closed_key)

    return first


def _latest(closed: list[Ticket], most: int, closed_key: ClosedKey) -> list[Ticket]:
    """Return the closed tickets, the most recently closed first, at most `most`, 0 for all."""
    from heapq import nlargest

    return nlargest(most or len(closed), closed, key=closed_key)


def known_field(project: Project, name: str) -> str:
    """Return the field that a name means, which may be its short name.

    Raise UnknownNameError for an unknown one, with the nearest.
    """
    from plaintickets.core.query_names import resolve
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.query_context import known_fields

    known = known_fields(project)
    found = resolve(name, known)
    if found is None or found not in known:
        hint = did_you_mean(name, sorted(known)) or "for example status, assignee, priority, milestone."
        raise UnknownNameError(f"there is no field '{name}'", hint=hint)
    return found


def board_fields(project: Project) -> list[str]:
    """Return the fields that make columns: the usual ones, then the others of the store by name."""
    from plaintickets.query_context import held_fields

    known = held_fields(project) - {"id", "title"} | ({"sla"} if project.config.sla else set())
    usual = [name for name in USUAL if name in known]
    return [*usual, *sorted(known - set(usual))]


def _axis(project: Project, field: str) -> Axis:
    from plaintickets.actions.arrange import values_of
    from plaintickets.core.builtinfields import BUILTIN_FIELDS
    from plaintickets.core.grouping import grouping

    grouped = grouping(field, project.config)
    names = [*grouped.places]
    if field == "priority":
        names = names[: len(project.config.priorities)]
    own = next((one for one in project.config.fields if one.name == field), None) or BUILTIN_FIELDS.get(field)
    return Axis(field, values_of(project, grouped), names or (own.values if own else ()))


def _totals(project: Project) -> Counter[str]:
    return Counter(ticket.status for ticket in project.reading.tickets.values())


def _cards(project: Project) -> Callable[[Ticket], Card]:
    """Return the function that makes a card; if clocks cannot be known, a note says why, once."""
    graph, config = project.graph, project.config
    clock = nearest_clocks(project) if config.sla else None

    def card(ticket: Ticket) -> Card:
        if config.is_done(ticket.status):
            return Card(ticket)
        words, is_late = clock(ticket) if clock else ("", False)
        return Card(ticket, tuple(graph.open_blockers(ticket)), words, is_late)

    return card


def nearest_clocks(project: Project) -> Callable[[Ticket], tuple[str, bool]]:
    """Return the function that gives the nearest clock of a ticket in words, and whether it is late.

    If clocks cannot be known, a note says why, once.
    """
    from plaintickets.actions.computed_columns import CLOCK, ComputedColumns

    columns = ComputedColumns(project, (CLOCK,))
    fails = False

    def clock(ticket: Ticket) -> tuple[str, bool]:
        nonlocal fails
        if fails:
            return "", False
        try:
            shown = columns.styled(CLOCK, ticket)
        except (GitRefusedError, RefusedError, UnreadableError) as error:
            fails = True
            project.around.notify(f"note: no clocks: {error}")
            return "", False
        return "".join(text for text, _ in shown), any(style == "urgent" for _, style in shown)

    return clock
