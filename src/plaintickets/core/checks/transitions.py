"""Find status changes that the workflow does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import Finding, shell
from plaintickets.core.workflow import allowed_moves

if TYPE_CHECKING:
    from plaintickets.core.config import Config
    from plaintickets.core.ticket import Ticket

CODE = "transition-not-allowed"


def judge(config: Config, ticket: Ticket, statuses: tuple[str, str], where: str) -> Finding | None:
    """Return a finding for a change between the two statuses of a ticket; `where` names the commit."""
    before, after = statuses
    if before == after or is_allowed(config, before, after, ticket):
        return None
    allowed = " ".join(allowed_moves(before, config, ticket))
    message = (
        f"went from {before} to {after} {where}; {f'allowed: {allowed}' if allowed else 'no status change is allowed'}"
    )
    remedy = (
        f"{shell('tk', 'log', ticket.id)} shows how it got there; change it step by step, or allow it in config.yml"
    )
    return Finding(CODE, message, remedy, ticket.path, 0, ticket=ticket.id)


def is_allowed(config: Config, before: str, after: str, ticket: Ticket) -> bool:
    """Tell whether a status change of a ticket is allowed; unconfigured statuses are left to another rule."""
    return before == after or config.status(after) is None or after in allowed_moves(before, config, ticket)
