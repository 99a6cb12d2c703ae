"""`tk comment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.actions.comment import comment as add_comment
from plaintickets.commands.options import TextCommand, finish, id_argument, json_option, writes
from plaintickets.commands.stdin import is_terminal, read_stdin
from plaintickets.core.ticket import id_of
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("comment", cls=TextCommand)
@id_argument()
@click.argument("text", nargs=-1, metavar="[TEXT]")
@click.option("--internal", is_flag=True, help="Mark it as internal: not to be shown outside the team.")
@click.option("-e", "--edit", "edits", is_flag=True, help="Write it in the editor.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str, text: tuple[str, ...], *, internal: bool, edits: bool) -> None:
    """Add a comment: TEXT, or standard input (`-`), or what you write in the editor.

    \b
    Examples:
      tk comment 7f3k "Cause found: the reader splits on newlines."
      make test 2>&1 | tail | tk comment 7f3k
      tk comment 7f3k --internal
    """
    context.project.require_ready()
    context.project.document(ticket)
    remark = " ".join(text)
    if text == ("-",) or (not text and not edits and not is_terminal()):
        remark = read_stdin(context.project.config.format_max_file_size, what="the comment")
    elif not text:
        from plaintickets.commands.editor import edit_remark

        edit_remark(context, ticket, lambda written: _add(context, ticket, written, internal=internal))
        return
    if not remark.strip():
        raise RefusedError("no note provided", hint='for example: tk comment 7f3k "what was found"')
    _add(context, ticket, remark, internal=internal)


def _add(context: CommandContext, ticket: str, remark: str, *, internal: bool) -> None:
    """Add the comment and report it."""
    document, outcome = add_comment(context.project, ticket, remark, internal=internal, subject=context.subject)
    ticket_id = id_of(document.path)
    context.say(f"Note added to {ticket_id}")
    finish(context, outcome, id=ticket_id)
