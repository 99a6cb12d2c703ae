"""`tk edit`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes
from plaintickets.commands.stdin import is_terminal
from plaintickets.core.ticket import id_of

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
    path = tracker.path_of(ticket)
    if not is_terminal() or not sys.stdout.isatty():
        frame.out(f"Edit ticket file: {tracker.place.store}/{path}")
        return
    from plaintickets.actions.handwork import apply_edited, content_of, fault, remarks_of
    from plaintickets.commands.editing import edit_text
    from plaintickets.core.diff import names
    from plaintickets.core.document import parse
    from plaintickets.transaction import Outcome

    tracker.require_ready()
    content = content_of(tracker, path)
    document = parse(content, path, tracker.config.format_max_file_size)
    before = None if document.problems else document
    done = edit_text(
        frame,
        path,
        content,
        lambda text: fault(tracker, path, text, before),
        lambda text: apply_edited(tracker, path, content, text, subject=frame.subject),
    )
    ticket_id = id_of(path)
    if done is None:
        frame.say("nothing was changed")
    else:
        frame.say(f"Updated {ticket_id}: {', '.join(names(done.changes)) or 'layout'}")
        for remark in remarks_of(tracker, done.changes):
            frame.note(remark)
    finish(frame, done.outcome if done else Outcome("", []), id=ticket_id)
