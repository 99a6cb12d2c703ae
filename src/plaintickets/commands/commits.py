"""`tk commits`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.render import safe

if TYPE_CHECKING:
    from plaintickets.actions.commits import NamingCommit
    from plaintickets.console import CommandContext

_SHORT = 10
# The end of the year 9999; a commit's date can be forged.
_LAST = 253402300799


@click.command("commits")
@click.argument("ticket", metavar="ID", type=Known("ticket"))
@click.option("--all", "own", is_flag=True, help="Include commits by tk that contain only tickets.")
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", default=0, help="Show at most N commits.")
@json_option
@click.pass_obj
def command(context: CommandContext, ticket: str, limit: int, *, own: bool) -> None:
    """List the commits of code that name a ticket, newest first, and how they name it.

    A commit names a ticket by a trailer (`Closes: ID`, `Refs: ID`; the settings `trailers.closing` and
    `trailers.referring` list the words), in its subject or body, or by the name of its branch, merged or
    not. The commits of HEAD and of such branches are searched. The ids that the ticket had before it was
    renamed count too.

    \b
    Examples:
      tk commits 7f3k
      tk commits 7f3k --json
      git show $(tk commits 7f3k -n 1 | cut -d' ' -f1)
    """
    from plaintickets.actions.commits import commits_naming
    from plaintickets.actions.log import SHALLOW_NOTE

    found = commits_naming(context.project, ticket, own=own)
    commits = found.commits[:limit] if limit else found.commits
    if context.json:
        from plaintickets.render.jsonform import document

        context.out(document("commits", map(_object, commits), id=found.ticket, complete=found.complete))
    for one in () if context.json else commits:
        head = context.paint(one.commit.commit[:_SHORT], "id")
        context.out(f"{head} {_moment(one.commit.date)[:10]} {one.ways[0]:<7} {safe.line(one.commit.subject)}")
    if not found.complete:
        context.note(SHALLOW_NOTE)


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime

    from plaintickets.core.dates import utc_text

    return utc_text(datetime.fromtimestamp(min(seconds, _LAST), UTC))


def _object(one: NamingCommit) -> dict[str, object]:
    logged = one.commit
    return {
        "commit": logged.commit,
        "author": logged.author,
        "date": _moment(logged.date),
        "subject": logged.subject,
        "body": logged.body.strip(),
        "ways": one.ways,
    }
