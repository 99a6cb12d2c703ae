"""`tk diff`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option, one_form, refuse_given
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.actions.diff import Compared
    from plaintickets.console import CommandContext
    from plaintickets.render.diffs import DiffOptions, TicketDiff

_ADDRESS = re.compile(r"https?://[^\s\"'<>`\\\x00-\x1f\x7f]+\Z")
_MARKER = re.compile(r"[A-Za-z0-9_.:/]+(?:-[A-Za-z0-9_.:/]+)*\Z")
_LENGTH = 65_000
_FORMATS = ("text", "markdown", "json", "html")


@click.command("diff")
@click.argument("words", metavar="[BASE[..HEAD]] [ID…]", nargs=-1, type=Known("diff words"))
@click.option("--staged", is_flag=True, help="Compare with what is staged, not with the work tree.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="The output format.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a ticket differs, as git diff does.")
@click.option("--summary", "file", metavar="FILE", type=Known("file"), help="Append it as Markdown to FILE.")
@click.option("--link-base", metavar="URL", default="", help="The web address of the repository's files.")
@click.option("--marker", metavar="NAME", help="The hidden marker in Markdown: plaintickets:NAME, by default diff.")
@click.option("--max-length", type=click.IntRange(min=1000), metavar="N", help="The maximum length of Markdown.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    words: tuple[str, ...],
    form: str | None,
    file: str | None,
    link_base: str,
    marker: str | None,
    max_length: int | None,
    *,
    staged: bool,
    exit_code: bool,
) -> None:
    """Show what happened to tickets between two states: closed, opened, reprioritised, commented, renamed.

    Changes of the store's settings are shown first, unless tickets are named.

    Without BASE, compare the files with the commit where this branch left its upstream or the default
    branch. With `--staged`, compare the index with HEAD. BASE alone is compared with the files, BASE..HEAD
    compares two revisions, BASE...HEAD compares HEAD with the merge base. A word that is both an id and a
    revision is the id; `WORD..` is the revision.

    Markdown is for a pull request: folded, escaped, linked with --link-base, not longer than --max-length. It
    begins with a hidden marker for a bot to find. Markdown and HTML leave out the text of internal comments.

    \b
    Examples:
      tk diff
      tk diff main... --format markdown --link-base https://example.org/project/blob/topic
      tk diff v1.0..v2.0 --json
      tk diff --staged --exit-code
    """
    from importlib import import_module

    from plaintickets.actions.diff import compare
    from plaintickets.render.diffs import FORMATS, DiffOptions

    form = one_form(context, form)
    if not file and form != "markdown":
        refuse_given({"--marker": marker is not None, "--max-length": max_length}, "--format markdown or --summary")
        refuse_given({"--link-base": form != "html" and link_base}, "--format markdown or html, or --summary")
    if marker is not None and not _MARKER.match(marker):
        raise UsageError(f"'{marker}' cannot be a marker", hint="letters, digits and single dashes, e.g. `diff`.")
    context.json = form == "json"
    compared = compare(context.project, words, staged=staged)
    options = DiffOptions(context.paint, _store_address(context, link_base), marker or "diff", max_length or _LENGTH)
    text = import_module(f"plaintickets.render.diffs.{FORMATS[form]}").render(_ticket_diff(compared), options)
    if form == "text":
        context.page(text)
    else:
        context.out(text.removesuffix("\n"))
    if file:
        _append(context, file, _ticket_diff(compared), options)
    if exit_code and compared.tickets:
        context.exit(1)


def _ticket_diff(compared: Compared) -> TicketDiff:
    from plaintickets.render.diffs import TicketDiff

    base, head = compared.states
    head = head.removeprefix(":").replace("-", " ")
    return TicketDiff(base, head, compared.tickets, compared.others, compared.settings)


def _store_address(context: CommandContext, link_base: str) -> str:
    if not link_base:
        return ""
    if not _ADDRESS.match(link_base):
        raise UsageError(f"'{link_base}' is no address", hint="--link-base https://example.org/project/blob/main")
    from plaintickets.render.diffs.links import in_address

    prefix = context.project.place.prefix
    return f"{link_base.rstrip('/')}/{in_address(prefix)}" if prefix != "." else link_base.rstrip("/")


def _append(context: CommandContext, file: str, difference: TicketDiff, options: DiffOptions) -> None:
    from plaintickets.render.diffs.markdown import render

    with open(os.path.join(context.around.folder, file), "a", encoding="utf-8", errors="backslashreplace") as out:
        out.write(render(difference, options))
