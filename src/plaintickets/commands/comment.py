"""`tk comment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import TextCommand, finish, id_argument, json_option, writes
from plaintickets.commands.stdin import is_terminal, read_stdin
from plaintickets.core.ticket import id_of
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.frame import Frame


@click.command("comment", cls=TextCommand)
@id_argument()
@click.argument("text", nargs=-1, metavar="[TEXT]")
@click.option("--internal", is_flag=True, help="Mark it as not to be shown outside the team.")
@click.option("-e", "--edit", "edits", is_flag=True, help="Write it in the editor.")
@json_option
@writes()
@click.pass_obj
def command(frame: Frame, ticket: str, text: tuple[str, ...], *, internal: bool, edits: bool) -> None:
    """Add a comment: the TEXT, else what stdin holds (`-` says so), else what you write in the editor.

    \b
    Examples:
      tk comment 7f3k "Cause found: the reader splits on newlines."
      make test 2>&1 | tail | tk comment 7f3k
      tk comment 7f3k --internal
    """
    frame.tracker.require_ready()
    frame.tracker.document(ticket)
    remark = " ".join(text)
    if text == ("-",) or (not text and not edits and not is_terminal()):
        remark = read_stdin(frame.tracker.config.format_max_file_size, what="the comment")
    elif not text:
        from plaintickets.commands.editing import edit_remark

        edit_remark(frame, ticket, lambda written: _add(frame, ticket, written, internal=internal))
        return
    if not remark.strip():
        raise RefusedError("no note provided", hint='for example: tk comment 7f3k "what was found"')
    _add(frame, ticket, remark, internal=internal)


def _add(frame: Frame, ticket: str, remark: str, *, internal: bool) -> None:
    """Adds the comment and says so."""
    with frame.tracker.edit("comment") as edit:
        edit.subject = frame.subject
        document = edit.comment(ticket, remark, internal=internal)
        outcome = edit.commit()
    ticket_id = id_of(document.path)
    frame.say(f"Note added to {ticket_id}")
    finish(frame, outcome, id=ticket_id)
