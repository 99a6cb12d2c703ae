"""Moves from one status to another that the workflow does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.workflow import allowed_moves

if TYPE_CHECKING:
    from plaintickets.core.config import Config

CODE = "transition-not-allowed"


def judge(config: Config, ticket: str, path: str, statuses: tuple[str, str], where: str) -> Finding | None:
    """A finding for a ticket that went from the first status to the second, `where` saying in which commit."""
    before, after = statuses
    if before == after or is_allowed(config, before, after):
        return None
    allowed = " ".join(allowed_moves(before, config))
    message = f"went from {before} to {after} {where}; {f'allowed: {allowed}' if allowed else 'no move is allowed'}"
    mend = f"{shell('tk', 'log', ticket)} shows how it got there; move it step by step, or allow it in config.yml"
    return Finding(CODE, message, mend, path, 0, ticket=ticket)


def is_allowed(config: Config, before: str, after: str) -> bool:
    """Whether a move is allowed; one to a status that is not configured is the matter of another rule."""
    return before == after or config.status(after) is None or after in allowed_moves(before, config)
