"""`tk undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("undo")
@click.argument("commit", required=False)
@click.option("-n", "--number", type=click.IntRange(1, 1000), help="Undo the last N changes.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, commit: str | None, *, number: int | None) -> None:
    """Undo the last change by tk that is not undone yet, or the given COMMIT.

    This makes a new commit; history is not rewritten. It is refused if something later depends on the
    change; the message says what. Undoing an undo commit by its name makes the change again. Only commits
    that change this store count.

    With -n, or a range A..B as COMMIT (the commits after A, up to B), several are undone, the newest first,
    each in its own commit. If one is refused, those before it stay undone.

    \b
    Examples:
      tk undo
      tk undo 1a2b3c4
      tk undo -n 3
      tk undo main..HEAD
    """
    from plaintickets.actions.undo import undo, undo_several

    if number and commit:
        raise UsageError("-n and COMMIT cannot be combined")
    if number or (commit and ".." in commit):
        undone = []
        for one in undo_several(context.project, number or 1, commit or "", subject=context.subject):
            context.say(f'Undone: {one.revision.commit[:10]} "{one.revision.subject}"')
            undone.append(one)
        tickets = sorted({ticket for one in undone for ticket in one.tickets})
        finish(context, undone[-1].outcome, undone=[one.revision.commit for one in undone], tickets=tickets)
        return
    done = undo(context.project, commit, subject=context.subject)
    context.say(f'Undone: {done.revision.commit[:10]} "{done.revision.subject}"')
    finish(context, done.outcome, undone=done.revision.commit, tickets=done.tickets)
