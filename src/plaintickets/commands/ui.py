"""`tk ui`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known
from plaintickets.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("ui", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.pass_obj
def command(context: CommandContext, query: tuple[str, ...]) -> None:
    """Work with tickets on the terminal: list, board, ticket, search, and forms for every change.

    The list shows what QUERY finds, and its first line takes another query while you type. Keys do the rest:
    `?` shows them all. Each change is a commit of yours, as from the command line. What another `tk` or a
    `git pull` changes meanwhile appears by itself; a change to what somebody else has changed is refused, and
    what you typed stays.

    It works over ssh, in 80 columns and 24 lines, and without colours (NO_COLOR, --color never). It needs a library
    that is not installed with `tk`: pip install 'plaintickets[tui]'.

    \b
    Examples:
      tk ui
      tk ui assignee:me
      tk ui 'type:bug priority<=1'
      tk --color never ui
    """
    try:
        from plaintickets.tui.app import run
    except ImportError as error:
        raise MissingExtraError("the terminal interface needs", "tui", error) from None
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or context.around.environ.get("TERM", "dumb") == "dumb":
        raise UsageError(
            "`tk ui` needs a terminal that shows whole screens",
            hint="`tk ls`, `tk board` and `tk show` work in pipes and files, `tk serve` in a browser.",
        )
    _ = context.project.config  # no store, or settings that cannot be read, are an error here
    run(
        context.around,
        context.overrides,
        " ".join(query),
        has_colour=context.colored,
        has_rules=context.has_rules,
    )
