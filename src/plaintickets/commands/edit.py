"""`tk edit`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("edit")
@id_argument()
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, ticket: str) -> None:
    """Edit a ticket's file in your editor; what you saved is checked, then committed.

    The editor is GIT_EDITOR, core.editor, VISUAL or EDITOR. A mistake is shown and the editor opens
    again; the text is never lost. Without a terminal the file's path is printed.

    \b
    Examples:
      tk edit 7f3k
      GIT_EDITOR="code --wait" tk edit 7f3k
    """
    tracker = frame.tracker
    document = tracker.document_at(tracker.path_of(ticket))
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        frame.out(f"Edit ticket file: {tracker.place.store}/{document.path}")
        return
    from plaintickets.actions.handwork import apply_edited, fault
    from plaintickets.commands.editing import edit_text

    content = document.to_bytes()
    before = None if document.problems else document
    edited = edit_text(frame, document.path, content, lambda text: fault(tracker, document.path, text, before))
    if edited is None:
        frame.say("nothing was changed")
        return
    done = apply_edited(tracker, document, edited, subject=frame.subject)
    frame.say(f"Updated {done.tickets[0].id}: {', '.join(dict.fromkeys(change.field for change in done.changes))}")
    finish(frame, done.outcome, id=done.tickets[0].id)
