"""`tk kb`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.options import Known, TextCommand, json_option, known, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

_TAKES = {
    "edit": (),
    "from": ("name", "title", "edits", "keywords", "every"),
    "ls": ("status", "audience"),
    "new": ("name", "audience", "keywords", "related", "every", "source", "edits"),
    "publish": (),
    "retire": (),
    "review": (),
    "search": ("status", "audience", "limit"),
    "show": ("raw",),
    "suggest": ("limit",),
}
"""The actions, each with the options that it takes beside those of every action."""
_READS = ("ls", "search", "show", "suggest")
_OPTIONS = {"edits": "--edit", "every": "--review-every", "source": "--file"}


@click.command("kb", cls=TextCommand)
@click.argument("words", nargs=-1, metavar="[ACTION [NAME | ID | TEXT]]", type=Known("kb words"))
@known("article status", "--status", metavar="STATUS", default="", help="ls, search: draft, reviewed, published, …")
@known("audience", "--audience", metavar="AUDIENCE", default="", help="internal or public; ls, search, new.")
@click.option("--name", metavar="NAME", default="", help="new, from: the name of the file, without .md.")
@click.option("--title", metavar="TEXT", default="", help="from: another title than the ticket's.")
@known("tags", "--keywords", metavar="WORDS", default="", help="new, from: what it is found by, separated by commas.")
@known("ticket", "--related", metavar="ID", multiple=True, help="new: a ticket that it is about; repeatable.")
@click.option(
    "--review-every", "every", metavar="DURATION", default="", help="new, from: when to review it again: 180d."
)
@known(
    "file", "-F", "--file", "source", metavar="FILE", default="", help="new: take the text from FILE, `-` for stdin."
)
@click.option("-e", "--edit", "edits", is_flag=True, help="new, from: open the editor on it.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=None, help="search, suggest: at most N articles.")
@click.option("--raw", is_flag=True, help="show: the file's text, as a pipe gets it.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, /, words: tuple[str, ...], **options: Any) -> None:
    """Write, find and publish articles of the knowledge base, `kb/NAME.md` in the store.

    `new TITLE` and `from ID` (a closed ticket) write a draft, `edit NAME` opens the editor, `review NAME`
    records that you have read it, `publish NAME` publishes it, `retire NAME` takes it out of use. An article is
    published only if somebody other than its last author has reviewed the text, in a commit of their own; a change of
    the text makes it a draft again. `ls` lists them, `show NAME` shows one, `search WORDS` finds them, and
    `suggest ID` or `suggest TEXT` names the published ones that fit, with the reasons.

    \b
    Examples:
      tk kb new "Reset your password" --audience public --keywords password,login
      tk kb from 7f3k -e
      tk kb review reset-your-password
      tk kb publish reset-your-password
      tk kb ls --status draft
      tk kb suggest 7f3k
    """
    action, rest = (words[0], words[1:]) if words else ("ls", ())
    if action not in _TAKES:
        from plaintickets.core.quoting import quoted
        from plaintickets.core.suggestions import did_you_mean

        near = did_you_mean(action, _TAKES)
        raise UsageError(f"no action {quoted(action)}", hint=f"{near} There are {', '.join(_TAKES)}.".strip())
    for name, value in options.items():
        if value and name not in _TAKES[action]:
            goes = ", ".join(one for one, taken in _TAKES.items() if name in taken)
            raise UsageError(f"{_OPTIONS.get(name, f'--{name}')} goes with {goes}", hint="leave it out.")
    module = import_module(f"plaintickets.commands.{'show_articles' if action in _READS else 'write_articles'}")
    getattr(module, f"run_{action}")(context, rest, **{name: options[name] for name in _TAKES[action]})
