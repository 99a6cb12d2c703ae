"""`tk reply`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, id_argument, json_option, known, writes
from plaintickets.commands.stdin import is_terminal
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.reply import Answer
    from plaintickets.console import CommandContext


@click.command("reply")
@id_argument()
@known("reply", "--with", "name", metavar="NAME", default="", help="The reply, replies/NAME.md of the store.")
@click.option("-e", "--edit", "edits", is_flag=True, help="Change the text in the editor first.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask on a terminal.")
@click.option("-n", "--dry-run", is_flag=True, help="Only print the text.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, ticket: str, name: str, *, edits: bool, yes: bool, dry_run: bool) -> None:
    """Answer a ticket with a prepared text: a public comment, and the status and tags that the reply asks for.

    The text is shown first, and on a terminal you are asked. Placeholders are `{id}`, `{title}`, `{me}`, every field
    such as `{reporter}`, and `{article.NAME}`, a link to a published article for the public; `{{` is a brace. Keys
    above the text may be `status`, `tags` and `audience: internal`, which makes the comment internal. Without
    --with the editor opens on an empty text; a text that is left as it was, or emptied, adds nothing.

    \b
    Examples:
      tk reply 7f3k --with more-details
      tk reply 7f3k --with more-details -e
      tk reply 7f3k --with more-details --dry-run
    """
    from plaintickets.actions.reply import Answer, answer_of

    project = context.project
    project.require_settings()
    if not name:
        from plaintickets.core.reply import Reply

        edits = edits or is_terminal()
        if not edits:
            raise UsageError("which reply?", hint="--with NAME; `tk replies` lists them, -e writes a text of your own.")
        answer = Answer(project.find(ticket), "", Reply("", ""))
    else:
        answer = answer_of(project, ticket, name)
    _name_articles(context, answer)
    if dry_run:
        _preview(context, answer)
        return
    project.require_ready()
    if edits:
        from plaintickets.commands.editor import edit_text

        start = f"{answer.text}\n".encode()
        edit_text(context, "REPLY.md", start, _fault, lambda text: _send(context, answer, text), is_form=True)
        return
    asks = is_terminal() and sys.stdout.isatty() and not context.json and not yes
    if asks:
        _preview(context, answer)
        if not click.confirm("Add it?", default=True, err=True):
            context.exit(1)
    _send(context, answer, answer.text.encode())


def _name_articles(context: CommandContext, answer: Answer) -> None:
    """Name the articles that fit the ticket, on standard error."""
    if context.project.has_articles:
        from plaintickets.commands.show_articles import note_fitting

        note_fitting(context, context.project.document_at(answer.ticket.path))


def _preview(context: CommandContext, answer: Answer) -> None:
    """Print the text, and what else would change."""
    reply = answer.reply
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        more = {"status": answer.status or None, "tags": list(reply.tags), "internal": reply.is_internal}
        context.out(dumps({"format": FORMAT, "id": answer.ticket.id, "text": answer.text, **more}))
        return
    context.raw(answer.text + "\n")
    if answer.status:
        context.warn(safe.line(f"{answer.ticket.id} moves to {answer.status}"))
    if reply.tags:
        context.warn(safe.line(f"{answer.ticket.id} gets the tags {', '.join(reply.tags)}"))
    if reply.is_internal:
        context.warn("the comment is internal")


def _fault(content: bytes) -> str:
    try:
        return "" if content.decode().strip() else "the text is empty"
    except UnicodeDecodeError:
        return "the text is not UTF-8"


def _send(context: CommandContext, answer: Answer, content: bytes) -> None:
    from plaintickets.actions.reply import send

    done = send(context.project, answer, content.decode().strip("\n"), subject=context.subject)
    moved = f" -> {answer.status}" if answer.status else ""
    context.say(f"Replied to {answer.ticket.id}{moved}")
    finish(context, done.outcome, id=answer.ticket.id, status=done.tickets[0].status)
