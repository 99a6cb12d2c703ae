"""What the commands that change a status share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.move import left_open, move_tickets
from plaintickets.commands.options import finish
from plaintickets.commands.stdin import text_or_stdin

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
    if comment is not None:
        comment = text_or_stdin(comment, "the comment")
        if not comment.strip():
            frame.note("warning: the text of --message is empty, so no comment was added")
            comment = None
    moved = move_tickets(
        frame.tracker, verb, parts, status, resolution=resolution, comment=comment, force=force, subject=frame.subject
    )
    for ticket in moved.tickets:
        is_changed = ticket.id in moved.changed
        frame.say(f"Updated {ticket.id} -> {ticket.status}" if is_changed else f"{ticket.id}: nothing to change")
    for line in left_open(frame.tracker, [ticket for ticket in moved.tickets if ticket.id in moved.changed]):
        frame.note(line)
    shown = [{"id": ticket.id, "status": ticket.status} for ticket in moved.tickets] if frame.json else []
    finish(frame, moved.outcome, tickets=shown)
