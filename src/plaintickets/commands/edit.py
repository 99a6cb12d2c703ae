"""`tk edit`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, writes
from plaintickets.commands.stdin import is_terminal
from plaintickets.core.ticket import id_of

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("edit")
@id_argument()
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str) -> None:
    """Edit a ticket's file in your editor; the saved text is checked, then committed.

    The editor is GIT_EDITOR, core.editor, VISUAL or EDITOR. If the text has an error, the
    editor opens again with the error as a comment at its line; `q` gives up. The text is never lost, and an
    emptied one changes nothing. Without a terminal the file's path is printed.

    \b
    Examples:
      tk edit 7f3k
      GIT_EDITOR="code --wait" tk edit 7f3k
    """
    project = context.project
    path = project.path_of(ticket)
    if not is_terminal() or not sys.stdout.isatty():
        context.out(f"Edit ticket file: {project.place.store}/{path}")
        return
    from plaintickets.actions.hand_edits import apply_edited, content_of, fault, remarks_of
    from plaintickets.commands.editor import edit_text
    from plaintickets.core.diff import names
    from plaintickets.core.document import parse
    from plaintickets.write.writer import Outcome

    project.require_ready()
    content = content_of(project, path)
    document = parse(content, path, project.config.format_max_file_size)
    before = None if document.problems else document
    done = edit_text(
        context,
        path,
        content,
        lambda text: fault(project, path, text, before),
        lambda text: apply_edited(project, path, content, text, subject=context.subject),
    )
    ticket_id = id_of(path)
    if done is None:
        context.say("nothing was changed")
    else:
        context.say(f"Updated {ticket_id}: {', '.join(names(done.changes)) or 'layout'}")
        for remark in remarks_of(project, done.changes):
            context.note(remark)
    finish(context, done.outcome if done else Outcome("", []), id=ticket_id)
