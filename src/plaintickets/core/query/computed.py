"""Comparisons with what is computed from the history: `sla:breached`, `left<2h`, `in-status>3d`, `age>30d`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.duration import FORMS, seconds_of

from .comparison import ORDER
from .error import QueryError, quoted
from .names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.ticket import Ticket

    from .context import Context
    from .nodes import Compare

COMPUTED = ("age", "in-status", "left", "sla")
STATES = ("running", "warning", "paused", "breached", "met", "ended", "none")


def computed_test(node: Compare, context: Context, text: str) -> Callable[[Ticket], bool]:
    """Return the test of a comparison with a computed field.

    Raise QueryError for a state or a duration that is none.
    """
    if node.field == "sla":
        return _states_test(node, context, text)
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
