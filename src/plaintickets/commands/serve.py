"""`tk serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", default=8765, help="The port; 0 takes a free one.")
@click.option("--host", metavar="HOST", default="127.0.0.1", help="Listen on HOST, so that other machines reach it.")
@click.option("--open", "opens", is_flag=True, help="Open the address in your browser.")
@click.option("--read-only", is_flag=True, help="Show pages that change nothing.")
@click.option("--portal", is_flag=True, help="Show the pages for people who ask, and nothing else.")
@click.option("--public-url", metavar="URL", default="", help="The address of the portal behind a proxy.")
@click.pass_obj
def command(
    context: CommandContext, *, port: int, host: str, opens: bool, read_only: bool, portal: bool, public_url: str
) -> None:
    """Show the tickets in a browser: lists, a board, tickets, forms, search, reports, dashboards, articles.

    Only this machine can reach the pages, and only with the token in the printed address. Each change is a
    commit of yours, as from the command line; a change to what somebody else has changed meanwhile is refused
    and shows both values. The server ends with Ctrl-C.

    With --host other machines can reach it: whoever has the address changes tickets in your name, and
    nothing is encrypted. Use a tunnel (`ssh -L`) instead if you can.

    `--portal` needs no token and is for everybody: a form for each type of `portal` of the settings `intake`, published
    public articles, and the page on which a requester follows their own request, behind a link that cannot be guessed.
    It shows no list of tickets and nothing internal. Run it behind a proxy with TLS, whose address --public-url or
    TK_PORTAL_URL names. `tk notify` writes the links into its mails.

    The pages need libraries that are not installed with `tk`: pip install 'plaintickets[web]'.

    \b
    Examples:
      tk serve --open
      tk serve --port 9000 --read-only
      tk serve --portal --public-url https://help.example.org
      ssh -L 8765:127.0.0.1:8765 server tk -C project serve
    """
    try:
        from plaintickets.web.options import ServerOptions, is_loopback
        from plaintickets.web.server import serve, serve_portal
    except ImportError as error:
        raise MissingExtraError("the pages need", "web", error) from None
    _ = context.project.config  # no store, or settings that cannot be read, are an error here
    public = _origin(context, public_url, portal=portal, read_only=read_only)
    options = ServerOptions(host, port, read_only, public=public)
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

    if not portal:
        serve(context.around, context.overrides, options, ready)
        return
    from plaintickets.store.portal_key import portal_key

    key = portal_key(context.project.place.common_dir, context.around.environ)
    serve_portal(context.around, context.overrides, options, key, ready)


def _origin(context: CommandContext, url: str, *, portal: bool, read_only: bool) -> str:
    """Return the origin of the portal; empty for the pages of the desk.

    Raise UsageError for options that do not go together, and for an address that is none.
    """
    from plaintickets.core.servicedesk.portal_links import VARIABLE, public_origin

    if url and not portal:
        raise UsageError("--public-url is for --portal", hint="add --portal, or leave it out.")
    if portal and read_only:
        raise UsageError("a portal takes requests", hint="leave out --read-only; `tk site --public` only shows.")
    return public_origin(url or context.around.environ.get(VARIABLE, "")) if portal else ""


def _flush() -> None:
    """Show the address at once, in a pipe too."""
    import sys

    sys.stdout.flush()
