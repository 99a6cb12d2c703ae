"""Refused requests: the status of the answer."""

from __future__ import annotations

from plaintickets.errors import GitRefusedError, RefusedError, TicketNotFoundError, TicketsError, UsageError

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (TicketNotFoundError, 404),
    (UsageError, 400),
    (RefusedError, 409),
    (GitRefusedError, 503),
    (TicketsError, 503),
    (OSError, 503),
)


def status_of(error: Exception) -> int:
    """Return the status of the answer to a request that ended in an error."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))
