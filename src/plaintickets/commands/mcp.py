"""`tk mcp`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from plaintickets.errors import MissingExtraError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("mcp")
@click.option("--read-only", is_flag=True, help="Offer the tools that change nothing only.")
@click.pass_obj
def command(context: CommandContext, *, read_only: bool) -> None:
    """Serve the tickets to a coding agent, by the Model Context Protocol on standard input and output.

    The client of the agent starts it, in the folder of the repository or with `tk -C DIR mcp`, and it answers for
    that store alone until the client leaves. The tools have the names of commands and answer as these do with
    --json: list, show, search, similar, ready, next, new, comment, set, start, claim, close, dep, undep, blockers,
    log, prime, undo. Each change is a commit of yours. Nothing is removed or forced, and undo wants a confirmation.

    It needs a library that is not installed with `tk`: pip install 'plaintickets[mcp]'.

    \b
    Examples:
      tk mcp
      tk -C ~/project mcp --read-only
      claude mcp add tickets -- tk -C ~/project mcp
    """
    try:
        from plaintickets.mcp.calls import Options
        from plaintickets.mcp.server import serve
    except ImportError as error:
        raise MissingExtraError("the server for agents needs", "mcp", error) from None
    _ = context.project.config  # no store, or settings that cannot be read, are an error here
    if sys.stdin.isatty():
        context.note("a program is to write to standard input; Ctrl-C ends it")
    serve(Options(context.around, context.overrides, context.project.place.store, read_only, context.has_rules))
