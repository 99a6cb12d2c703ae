"""`tk merge-into`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, ids_argument, json_option, writes
from plaintickets.core.change import shown
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("merge-into")
@ids_argument()
@click.option("--into", metavar="ID", required=True, type=Known("ticket"), help="The ticket to keep.")
@click.option("--copy-comments", is_flag=True, help="Copy their comments, instead of naming where they are.")
@click.option("-n", "--dry-run", is_flag=True, help="Only show what would change.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, tickets: tuple[str, ...], into: str, *, copy_comments: bool, dry_run: bool
) -> None:
    """Close tickets as duplicates of another, in one commit; nothing is lost, and `tk undo` undoes it.

    The duplicates stay as closed stubs with `resolution: duplicate` and `duplicate-of`. The ticket
    given by --into gets their tags, links and dependencies. Tickets that depended on a duplicate now
    depend on it. It gets a comment that names each duplicate and its reporter. No guard holds a duplicate.

    \b
    Examples:
      tk merge-into a2c9 m4xq --into 7f3k
      tk merge-into a2c9 --into 7f3k --dry-run
    """
    from plaintickets.actions.merge_into import merge_into

    done = merge_into(
        context.project,
        tickets,
        into,
        copy_comments=copy_comments,
        dry_run=dry_run,
        subject=context.subject,
    )
    for change in done.changes if dry_run else ():
        context.say(safe.line(f"{change.ticket} {change.field}: {shown(change.before)} -> {shown(change.after)}"))
    for ticket_id in done.duplicates:
        context.say(f"{'Would merge' if dry_run else 'Merged'} {ticket_id} into {done.into.id}")
    if done.outcome is None:
        if context.json:
            from plaintickets.render.jsonform import change_object, document

            changes = map(change_object, done.changes)
            context.out(document("changes", changes, commit=None, into=done.into.id, duplicates=done.duplicates))
    else:
        finish(context, done.outcome, into=done.into.id, duplicates=done.duplicates)
