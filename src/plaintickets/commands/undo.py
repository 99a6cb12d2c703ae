"""`tk undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("undo")
@click.argument("commit", required=False)
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, commit: str | None) -> None:
    """Take back the last change that tk made and that was not taken back, or the COMMIT named.

    A new commit is made; history is not rewritten. Refused, with what stands in the way, where
    something later depends on the change. Undoing an undo commit by name brings the change back.

    \b
    Examples:
      tk undo
      tk undo 1a2b3c4
    """
    from plaintickets.actions.undo import undo

    done = undo(frame.tracker, commit, subject=frame.subject)
    frame.say(f'Undone: {done.revision.commit[:10]} "{done.revision.subject}"')
    finish(frame, done.outcome, undone=done.revision.commit, tickets=done.tickets)
