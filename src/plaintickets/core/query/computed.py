"""Comparisons with what is computed: `sla:breached`, `left<2h`, `in-status>3d`, `age>30d`, `updated<-14d`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.query_names import CLOCK_STATES, nearest
from plaintickets.core.servicedesk.duration import FORMS, seconds_of

from .comparison import ORDER, judge
from .error import QueryError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.ticket import Ticket

    from .context import Context
    from .nodes import Compare

CLASSES = ("open", "active", "waiting", "done")


def computed_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    """Return the test of a comparison with a computed field.

    Raise QueryError for a state or a duration that is none.
    """
    if node.field == "sla":
        return _states_test(node, context, text)
    if node.field == "in-class":
        return _class_test(node, context, text)
    if node.field == "updated":
        return _updated_test(node, context, text)
    value = node.values[0]
    if node.op not in ORDER:
        raise QueryError(f"{node.field} is compared with < or >", text, node.span, f"for example {node.field}<2h")
    if seconds_of(value.text) is None:
        raise QueryError(f"{quoted(value.text)} is no duration", text, value.span, f"write {FORMS}")
    compare = ORDER[node.op]

    def test(ticket: Ticket) -> bool:
        lengths = context.lengths(ticket, node.field)
        return any(compare(seconds, seconds_of(value.text, workday) or 0) for seconds, workday in lengths)

    return test


def _class_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    wanted = _wanted(node, text, CLASSES, "class of a status", "classes of statuses")
    is_equal = node.op == "="
    return lambda ticket: (context.status_class(ticket.status) in wanted) is is_equal


def presence_test(field: str, context: Context) -> Callable[[Ticket], bool]:
    """Return the test whether a ticket has a computed field."""
    if field == "sla":
        return lambda ticket: bool(context.clock_states(ticket) - {"none"})
    if field == "in-class":
        return lambda ticket: bool(ticket.status)
    if field == "updated":
        return lambda ticket: bool(context.updated(ticket))
    return lambda ticket: bool(context.lengths(ticket, field))


def _updated_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    verdict, wanted = judge(node, context, text, "datetime"), node.op != "!="
    return lambda ticket: verdict(context.updated(ticket)) is wanted


def _states_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    wanted = _wanted(node, text, CLOCK_STATES, "state of a clock", "states of clocks")
    is_equal = node.op == "="
    return lambda ticket: bool(wanted & context.clock_states(ticket)) is is_equal


def _wanted(node: Compare, text: str, known: Sequence[str], one: str, several: str) -> frozenset[str]:
    """Return the names of a comparison.

    Raise QueryError for a comparison by order, and for a name that is none of the known ones.
    """
    if node.op in ORDER:
        raise QueryError(f"the {several} have no order", text, node.span, f"use {node.field}: or {node.field}!=")
    for value in node.values:
        if value.text.casefold() not in known:
            message = f"{quoted(value.text)} is no {one}{nearest(value.text, known)}"
            raise QueryError(message, text, value.span, f"{several.split(maxsplit=1)[0]}: {' '.join(known)}")
    return frozenset(value.text.casefold() for value in node.values)
