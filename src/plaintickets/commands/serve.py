"""`tk serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", default=8765, help="The port; 0 takes a free one.")
@click.option("--host", metavar="HOST", default="127.0.0.1", help="Listen on HOST, so that other machines reach it.")
@click.option("--open", "opens", is_flag=True, help="Open the address in your browser.")
@click.option("--read-only", is_flag=True, help="Show pages that change nothing.")
@click.pass_obj
def command(context: CommandContext, *, port: int, host: str, opens: bool, read_only: bool) -> None:
    """Show the tickets in a browser: lists, a board, tickets, forms, search, reports, dashboards, articles.

    Only this machine can reach the pages, and only with the token in the printed address. Each change is a
    commit of yours, as from the command line; a change to what somebody else has changed meanwhile is refused
    and shows both values. The server ends with Ctrl-C.

    With --host other machines can reach it: whoever has the address changes tickets in your name, and
    nothing is encrypted. Use a tunnel (`ssh -L`) instead if you can.

    The pages need libraries that are not installed with `tk`: pip install 'plaintickets[web]'.

    \b
    Examples:
      tk serve --open
      tk serve --port 9000 --read-only
      ssh -L 8765:127.0.0.1:8765 server tk -C project serve
    """
    try:
        from plaintickets.web.options import ServerOptions, is_loopback
        from plaintickets.web.server import serve
    except ImportError as error:
        raise UsageError(
            f"the pages need a library that is not installed: {error.name}",
            hint="pip install 'plaintickets[web]'",
        ) from None
    _ = context.project.config  # no store, or settings that cannot be read, are an error here
    if not is_loopback(host):
        context.warn(f"warning: {host} can be reached by other machines, and nothing is encrypted")

    def ready(address: str) -> None:
        context.out(f"Serving {context.project.place.store}")
        context.out(address)
        context.say("Ctrl-C ends it")
        _flush()
        if opens:
            import webbrowser

            if not webbrowser.open(address):
                context.note("note: no browser was found; open the address yourself")

    serve(context.around, context.overrides, ServerOptions(host, port, read_only), ready)


def _flush() -> None:
    """Show the address at once, in a pipe too."""
    import sys

    sys.stdout.flush()
