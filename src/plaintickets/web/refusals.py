"""Refused requests: the sentence on the page, and the status of the answer."""

from __future__ import annotations

from typing import NamedTuple

from plaintickets.errors import GitRefusedError, RefusedError, TicketNotFoundError, TicketsError, UsageError

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (TicketNotFoundError, 404),
    (UsageError, 400),
    (RefusedError, 409),
    (GitRefusedError, 503),
    (TicketsError, 503),
    (OSError, 503),
)


class Refusal(NamedTuple):
    """A refused request on a page: what happened, and what to do next."""

    message: str
    hint: str
    status: int


def refusal_of(error: Exception) -> Refusal:
    """Return the refusal of an error; that of the system names the file."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    if isinstance(error, OSError):
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or "the system refused"
        return Refusal(message, "fix what the message names, then try again.", status)
    return Refusal(str(error), getattr(error, "hint", None) or "", status)
