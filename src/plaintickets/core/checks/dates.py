"""Find unreadable dates, and closing dates before creation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.dates import DATES, is_loose
from plaintickets.core.fields import find_field, read
from plaintickets.core.moments import is_before
from plaintickets.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding
    from plaintickets.core.ticket import Ticket

_OWN = ("created", "closed", "due")


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each value of a date field that is no date."""
    fields = {name: find_field(examined.config, name) for name in _OWN}
    fields |= {field.name: field for field in examined.config.fields if field.type in DATES and not field.multiple}
    for ticket in examined.tickets:
        for name, field in fields.items():
            value = ticket.get(name)
            if value and not is_loose(ticket.text(name)) and read(value, field) is None:
                shown = quoted(value) if isinstance(value, str) else "a list"
                message = f"{name} {shown} is not a readable date"
                remedy = f"write it as 2026-12-24 or 2026-12-24T15:00:00Z into {ticket.path}"
                yield examined.at(ticket, name, "bad-date", message, remedy)
        if ticket.closed:
            yield from _order(examined, ticket)


def _order(examined: Examined, ticket: Ticket) -> Iterator[Finding]:
    if is_before(ticket.closed, ticket.created):
        message = f"closed {ticket.closed} is before it was created, {ticket.created}"
        yield examined.at(ticket, "closed", "closed-before-created", message, f"correct one of them in {ticket.path}")
