"""`tk merge-driver`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.errors import TicketsError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("merge-driver")
@click.argument("base", metavar="%O")
@click.argument("ours", metavar="%A")
@click.argument("theirs", metavar="%B")
@click.argument("size", metavar="%L", default="7")
@click.argument("path", metavar="%P", default="")
@click.option("--tell", is_flag=True, help="Print `clean` or `conflict` when done.")
@click.pass_obj
def command(context: CommandContext, base: str, ours: str, theirs: str, size: str, path: str, *, tell: bool) -> None:
    """Merge three versions of a ticket file into the second, field by field; git calls this, see `tk setup`.

    %O is the base, %A ours, which is overwritten, %B theirs, %L the size of conflict markers, %P the path.
    The exit code is 0 if all is merged, 1 if a conflict is left. A file that cannot be read as a ticket is
    merged by `git merge-file`; with --tell the caller does that.

    \b
    Examples:
      tk merge-driver base.md mine.md hers.md
      git config merge.plaintickets.driver
    """
    from plaintickets.actions.merge_driver import answer, merge_files, outcome_line, plain

    path = path or ours
    if tell:
        context.exit(answer((base, ours, theirs, size, path), context.around.environ))
    try:
        result = merge_files(base, ours, theirs, size, path, environ=context.around.environ)
    except TicketsError as error:
        from plaintickets.git.merge_driver import merge_file

        context.warn(plain(f"tk: {path} is merged as text: {error}"))
        context.exit(merge_file(base, ours, theirs, size))
    if result.merged.conflicts:
        context.warn(outcome_line(result.merged, path))
    context.exit(result.code)
