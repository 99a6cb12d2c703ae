"""Likely duplicates, shown before a ticket is created."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

from plaintickets.commands.stdin import is_terminal
from plaintickets.errors import NegativeAnswer
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.duplicates import Candidate, Finder
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document

MODES = ("auto", "warn", "fail", "off")
# How much `tk new` may read to update the index; `tk similar` reads the rest.
_MOST_PENDING = 500
# Indexing one ticket among 10,000 takes 60 ms, comparing a title 0.1 ms.
_COMPARED_APART = 20


def check_duplicates(context: CommandContext, document: Document, mode: str) -> bool:
    """Return whether to create the ticket.

    On a terminal the user is asked; elsewhere a line on stderr names the likely duplicates. Errors of the
    index prevent a new ticket in the mode `fail` only.
    Raises NegativeAnswer in the mode `fail` if there is a likely duplicate.
    """
    from plaintickets.actions.duplicates import Finder, warnings
    from plaintickets.core.similar import PERHAPS, WARN

    asks = mode == "auto" and is_terminal() and sys.stdout.isatty() and not context.json
    with Finder(context.project) as finder:
        unseen = _to_compare(context, finder, must=mode == "fail" or asks)
        if unseen is None:
            return True
        found = warnings(finder, document, unseen, least=PERHAPS if asks else WARN)
    if not found:
        return True
    if asks and found[0].score < WARN:
        context.note("perhaps the same: " + "; ".join(_line(like) for like in found))
        return True
    if mode == "fail":
        _refuse(context, found)
    if asks:
        return _ask(context, found, document)
    context.note("possible duplicate: " + "; ".join(_line(like) for like in found))
    return True


def _to_compare(context: CommandContext, finder: Finder, *, must: bool) -> list[str] | None:
    """Return the tickets to compare without the index, None to give up; update the index if they are many."""
    unseen = finder.unseen()
    if not unseen or (len(unseen) <= _COMPARED_APART and not must and not finder.is_small()):
        return unseen
    if len(unseen) > _MOST_PENDING and not must:
        context.note(f"duplicates not looked for: {len(unseen)} tickets are not indexed yet (`tk similar` does it)")
        return None
    if len(unseen) > _MOST_PENDING:
        context.warn(f"indexing {len(unseen)} tickets to look for duplicates …")
    finder.refresh()
    return []


def _line(like: Candidate) -> str:
    why = f"; {like.reasons[0]}" if like.repeat else ""
    return safe.line(f"{like.ticket.id} [{like.ticket.status}] {like.ticket.title} ({like.score:.2f}{why})")


def _refuse(context: CommandContext, found: list[Candidate]) -> NoReturn:
    from plaintickets.render.jsonform import document as json_document
    from plaintickets.render.likenesses import likeness_object

    context.out(json_document("candidates", map(likeness_object, found)))
    raise NegativeAnswer(
        f"not created: {found[0].ticket.id} may be the same",
        hint="look at the candidates, or create it with --no-check-duplicates.",
    )


def _heading(found: list[Candidate], document: Document) -> str:
    from plaintickets.actions.duplicates import same_title

    return "A ticket with this title exists" if same_title(found[0], document) else "Perhaps a duplicate of"


def _ask(context: CommandContext, found: list[Candidate], document: Document) -> bool:
    """Show the candidates and ask what to do; return True to create the ticket anyway."""
    context.warn(f"{_heading(found, document)}:")
    for number, like in enumerate(found, 1):
        context.warn(f"  {number}  {_line(like)}")
    answer = click.prompt(
        "[f]ile anyway, [o]pen the first, [c]omment on it, or [q]uit",
        type=click.Choice(["f", "o", "c", "q"]),
        show_choices=False,
        default="q",
        err=True,
    )
    first = found[0].ticket.id
    if answer == "o":
        context.page(context.project.document(first).to_bytes().decode())
        return bool(click.confirm("File it anyway?", default=False, err=True))
    if answer == "c":
        text = f"{document.title}\n\n{document.body.partition(chr(10))[2].strip()}".strip()
        with context.project.edit("comment") as edit:
            edit.comment(first, text)
            edit.commit()
        context.say(f"Note added to {first}")
        context.note_uncommitted()
        context.exit(0)
    return answer == "f"
