"""The end of a ticket's waiting for somebody or for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from plaintickets.core.ticket import Ticket


def is_set_to_wait(ticket: Ticket) -> bool:
    """Tell whether a ticket names a day or somebody to wait for."""
    return bool(ticket.raw("wake") or ticket.raw("waiting_on"))


def waits(ticket: Ticket, now: datetime, is_closed: Callable[[str], bool]) -> bool:
    """Tell whether a ticket still waits for somebody, for another ticket, or for a day; such a ticket is not ready."""
    return is_set_to_wait(ticket) and not end_of_waiting(ticket, now, is_closed)


def end_of_waiting(ticket: Ticket, now: datetime, is_closed: Callable[[str], bool]) -> str:
    """Return why a ticket waits no longer, empty if it waits on.

    Its day has come, or the ticket that it waits for is closed; `is_closed` tells that of an id.
    """
    from plaintickets.core.moments import span

    wake, other = ticket.text("wake"), ticket.text("waiting_on")
    when = span(wake) if wake else None
    if when is not None and when[0] <= now:
        return f"wake {wake}"
    return f"{other} is closed" if other and is_closed(other) else ""
