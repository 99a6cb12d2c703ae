"""`tk migrate-format`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("migrate-format")
@click.option(
    "--lists", type=click.Choice(["inline", "block"]), help="Lists on one line, or sorted, an item on each line."
)
@click.option(
    "--comments", type=click.Choice(["body", "files"]), help="In the section Notes, or one file for each comment."
)
@click.option("-n", "--dry-run", is_flag=True, help="Only show which tickets would change.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, lists: str | None, comments: str | None, *, dry_run: bool) -> None:
    """Rewrite the whole store in another layout, in one commit, and set format.lists and format.comments.

    With one list item a line and a file for each comment, git's own merge, and that of a forge, has fewer
    conflicts; the default layout is easier to read as one file. Every command reads both. The same command
    converts back; only the order of lists is lost, because they become sorted.

    A store with uncommitted changes, or with files that cannot be read, is not changed.

    \b
    Examples:
      tk migrate-format --lists block --comments files
      tk migrate-format --lists inline --comments body
      tk migrate-format --comments files --dry-run
    """
    from plaintickets.actions.migrate import migrate

    wanted = {"format.lists": lists, "format.comments": comments}
    asked = {key: value for key, value in wanted.items() if value}
    if not asked:
        raise UsageError("say what is to change: --lists, --comments, or both")
    done = migrate(context.project, asked, dry_run=dry_run, subject=context.subject)
    for reason in done.left:
        context.note(f"not changed: {reason}")
    count = len(done.tickets)
    shown = f"{count} ticket{'s' if count != 1 else ''}"
    context.say(f"{shown} would change" if dry_run else f"Migrated {shown}: {', '.join(map(': '.join, asked.items()))}")
    if done.outcome is not None:
        finish(context, done.outcome, tickets=done.tickets, left=done.left)
    elif context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, "commit": None, "tickets": done.tickets, "left": done.left}))
