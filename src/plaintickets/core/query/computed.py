"""Comparisons with what is computed from the history: `sla:breached`, `left<2h`, `in-status>3d`, `age>30d`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.duration import FORMS, seconds_of

from .comparison import DATE_EXAMPLES, ORDER
from .dates import period
from .error import QueryError, quoted
from .names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from plaintickets.core.ticket import Ticket

    from .context import Context
    from .nodes import Compare

COMPUTED = ("age", "in-class", "in-status", "left", "sla", "updated")
CLASSES = ("open", "active", "waiting", "done")
STATES = ("running", "warning", "paused", "breached", "met", "ended", "none")


def computed_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    """Return the test of a comparison with a computed field.

    Raise QueryError for a state or a duration that is none.
    """
    if node.field == "sla":
        return _states_test(node, context, text)
    if node.field == "in-class":
        return _class_test(node, context, text)
    value = node.values[0]
    if node.field == "updated":
        return _updated_test(node, context, text)
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
    if node.op in ORDER:
        raise QueryError("the classes of statuses have no order", text, node.span, "use in-class: or in-class!=")
    wanted = frozenset(value.text.casefold() for value in node.values)
    for value in node.values:
        if value.text.casefold() not in CLASSES:
            message = f"{quoted(value.text)} is no class of a status{nearest(value.text, CLASSES)}"
            raise QueryError(message, text, value.span, f"classes: {' '.join(CLASSES)}")
    is_equal = node.op == "="
    return lambda ticket: (context.status_class(ticket.status) in wanted) is is_equal


def _updated_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    """Return the test of when a ticket last changed, according to the history."""
    now = context.now
    spans = [period(value.text, now) for value in node.values]
    for value, span in zip(node.values, spans, strict=True):
        if span is None:
            raise QueryError(f"{quoted(value.text)} is no date", text, value.span, DATE_EXAMPLES)
    ends = [(span[0], span[1]) for span in spans if span is not None]

    def test(ticket: Ticket) -> bool:
        return any(_is_in(node.op, now - timedelta(seconds=age), ends) for age, _ in context.lengths(ticket, "updated"))

    return test


def _is_in(op: str, when: datetime, spans: list[tuple[datetime, datetime]]) -> bool:
    start, end = spans[0]
    if op in ORDER:
        return {"<": when < start, "<=": when < end, ">": when >= end, ">=": when >= start}[op]
    return any(first <= when < last for first, last in spans) is (op == "=")


def _states_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    if node.op in ORDER:
        raise QueryError("the states of clocks have no order", text, node.span, "use sla: or sla!=")
    wanted = frozenset(value.text.casefold() for value in node.values)
    for value in node.values:
        if value.text.casefold() not in STATES:
            message = f"{quoted(value.text)} is no state of a clock{nearest(value.text, STATES)}"
            raise QueryError(message, text, value.span, f"states: {' '.join(STATES)}")
    is_equal = node.op == "="
    return lambda ticket: bool(wanted & context.clock_states(ticket)) is is_equal
