"""`tk apply-trailers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import RefusedError
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.closing_trailers import Applied
    from plaintickets.console import CommandContext


@click.command("apply-trailers")
@click.argument("revisions", metavar="BASE..HEAD", type=Known("range"))
@click.option("--dry-run", is_flag=True, help="Only show which tickets would be closed.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, revisions: str, *, dry_run: bool) -> None:
    """Close the tickets named in closing trailers, such as `Closes: ID`, in a range of commits.

    All tickets are closed in one commit. The setting `trailers.closing` lists the words and their
    resolutions. A ticket is skipped if it is closed already, or was reopened after the commit that names
    it; so a second run changes nothing. A commit that is reverted later in the range closes nothing. If an
    ID is unknown or the workflow forbids the change, the others are still closed, and the exit code is 3.

    \b
    Examples:
      tk apply-trailers origin/main~20..origin/main
      tk apply-trailers "$BEFORE..$AFTER" --dry-run
    """
    from plaintickets.actions.closing_trailers import apply, in_range

    done = apply(context.project, in_range(context.project, revisions), dry_run=dry_run, subject=context.subject)
    _show(context, done, dry_run=dry_run)
    failed = [one for one in done.left if not one.fine]
    if failed:
        raise RefusedError(
            "; ".join(f"{one.ticket}, named by {one.commit.commit[:10]}: {one.reason}" for one in failed),
            hint="the other tickets are closed; close these with `tk close`, or leave them open.",
        )


def _show(context: CommandContext, done: Applied, *, dry_run: bool) -> None:
    from plaintickets.actions.change_status import left_open
    from plaintickets.actions.closing_trailers import SHORT

    for one in done.closed:
        verb = "Would close" if dry_run else "Closed"
        context.say(f"{verb} {one.ticket}, named by {one.commit.commit[:SHORT]} {one.commit.subject}")
    if not dry_run:
        tickets = context.project.reading.tickets
        for line in left_open(context.project, [tickets[one.ticket] for one in done.closed]):
            context.note(line)
    for left in done.left:
        if left.fine:
            context.note(safe.line(f"{left.ticket} {left.reason}"))
    if context.json:
        from plaintickets.write.writer import Outcome

        closed = [{"id": one.ticket, "word": one.word, "named_by": one.commit.commit} for one in done.closed]
        rest = [{"id": one.ticket, "reason": one.reason, "named_by": one.commit.commit} for one in done.left]
        finish(context, Outcome(done.commit, []), tickets=closed, left=rest, dry_run=dry_run)
