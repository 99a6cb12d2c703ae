"""What the commands that change a status share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.move import move_tickets
from plaintickets.commands.options import finish

if TYPE_CHECKING:
    from plaintickets.frame import Frame


def run_move(
    frame: Frame,
    verb: str,
    parts: tuple[str, ...],
    status: str,
    *,
    comment: str | None = None,
    resolution: str | None = None,
    force: bool = False,
) -> None:
    """Moves tickets and prints one line for each."""
    moved = move_tickets(
        frame.tracker, verb, parts, status, resolution=resolution, comment=comment, force=force, subject=frame.subject
    )
    for ticket in moved.tickets:
        frame.say(f"Updated {ticket.id} -> {ticket.status}")
    shown = [{"id": ticket.id, "status": ticket.status} for ticket in moved.tickets] if frame.json else []
    finish(frame, moved.outcome, tickets=shown)
