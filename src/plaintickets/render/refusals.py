"""Refused requests as a page shows them: what happened, and what to do next."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """What happened, and what to do next; the hint may be empty."""

    message: str
    hint: str


def refusal_of(error: Exception) -> Refusal:
    """Return the refusal of an error; that of the system names the file."""
    if isinstance(error, OSError):
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or "the system refused"
        return Refusal(message, "fix what the message names, then try again.")
    return Refusal(str(error), getattr(error, "hint", None) or "")
