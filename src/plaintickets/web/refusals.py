"""Refused requests: the status of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import (
    GitRefusedError,
    NotFoundError,
    RefusedError,
    TicketsError,
    UnknownNameError,
    UsageError,
)  # fmt: skip
from plaintickets.render.refusals import refusal_of

if TYPE_CHECKING:
    from plaintickets.render.refusals import Refusal

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (UnknownNameError, 404),
    (UsageError, 400),
    (RefusedError, 409),
    (GitRefusedError, 503),
    (TicketsError, 503),
    (OSError, 503),
)


def status_of(error: Exception) -> int:
    """Return the status of the answer to a request that ended in an error."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def refusal_on_page(error: Exception | None) -> tuple[Refusal | None, int]:
    """Return the refusal that a page shows beside its form, and the status of the answer."""
    return (None, 200) if error is None else (refusal_of(error), status_of(error))
