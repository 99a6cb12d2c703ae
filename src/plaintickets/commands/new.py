"""`tk new`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.options import TextCommand, finish, json_option, known, writes
from plaintickets.commands.stdin import is_terminal

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.draft import Draft


@click.command("new", cls=TextCommand)
@click.argument("title", required=False)
@click.option("-d", "--description", metavar="TEXT", default="", help="The description of the ticket.")
@click.option("--design", metavar="TEXT", default="", help="Text of the section Design.")
@click.option("--acceptance", metavar="TEXT", default="", help="Text of the section Acceptance Criteria.")
@known("type", "-t", "--type", "kind", metavar="TYPE", help="bug, feature, task, …: see `tk types`.")
@known("priority", "-p", "--priority", metavar="P", help="0 (most urgent) to 4, or a name.")
@known("person", "-a", "--assignee", metavar="NAME", help="Who works on it; `me` is you.")
@known("tags", "--tags", "--tag", "tags", metavar="TAGS", multiple=True, help="Tags, separated by commas; repeatable.")
@known("open ticket", "--parent", metavar="ID", help="The larger ticket that it is a part of.")
@known("open ticket", "--dep", "deps", metavar="ID", multiple=True, help="A ticket it depends on.")
@click.option("--external-ref", metavar="REF", help="Its key in another system, as system:key.")
@known("day", "--due", metavar="DATE", help="The due date: 2026-12-24, +7d, friday.")
@known("person", "--reporter", metavar="NAME", help="Who asked, if it was not you.")
@known("settings", "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Any other field; repeatable.")
@known("file", "-F", "--file", "source", metavar="FILE", help="Take the description from FILE, `-` for stdin.")
@click.option("--route", "routes", is_flag=True, help="Give it to whom the routes find.")
@click.option("-e", "--edit", "edits", is_flag=True, help="Open the editor on the filled template.")
@click.option(
    "--check-duplicates",
    "check",
    type=click.Choice(["auto", "warn", "fail", "off"]),
    default="auto",
    help="For a likely duplicate: ask on a terminal and warn elsewhere (auto), warn, fail, or off.",
)
@click.option("--no-check-duplicates", "check", flag_value="off", help="Do not look for duplicates.")
@json_option
@writes()
@click.pass_obj
def command(
    context: CommandContext, /, *, title: str | None, edits: bool, check: str, routes: bool, **options: Any
) -> None:
    """Create a ticket and print its id.

    On a terminal `tk` asks for the title and for what the type requires, and offers the editor for sections.
    Elsewhere a missing title is `Untitled`, with a warning, and other missing values are an error.
    Likely duplicates are shown before the ticket is created. `-` as a text means standard input.

    With --edit the filled form opens in your editor. As with `git commit`, a form that is unchanged or emptied
    files nothing: the exit code is 1. An error stands in the text, and the editor opens again.

    \b
    Examples:
      tk new "Parser drops the last line" -t bug -p 1 --tags parser,unicode
      tk new "Release 2.0" -t epic -e
      tk new "The shop is slow" -t incident --route
      git log -1 --format=%b | tk new "Follow up" -F -
      id=$(tk new "Update the docs" --dep 7f3k)
    """
    from plaintickets.actions.new import UNTITLED, create
    from plaintickets.commands.drafting import draft_of, ensure_store

    ensure_store(context)
    draft = draft_of(context, title, options)
    if not draft.title and not edits and is_terminal() and sys.stdout.isatty():
        draft = draft._replace(title=click.prompt("Title", err=True).strip())
    if not edits and is_terminal() and sys.stdout.isatty():
        from plaintickets.commands.ask_form import ask_form

        draft, edits = ask_form(context, draft)
    if edits:
        from plaintickets.commands.drafting import edit_draft

        created = edit_draft(context, draft, routes=routes)
    else:
        if check != "off" and draft.title and not _is_wanted(context, draft, check):
            context.note("aborted: nothing was filed")
            context.exit(130)
        created = create(context.project, draft, subject=context.subject, routes=routes)
    ticket_id = created.document.path.removesuffix(".md")
    if not draft.title and not edits:
        context.note(f"warning: no title was given, so {ticket_id} is titled {UNTITLED}")
    if not context.json:
        context.out(ticket_id)
    if context.project.has_articles:
        from plaintickets.commands.show_articles import note_fitting

        finish(context, created.outcome, id=ticket_id, articles=note_fitting(context, created.document))
    else:
        finish(context, created.outcome, id=ticket_id)


def _is_wanted(context: CommandContext, draft: Draft, check: str) -> bool:
    from plaintickets.actions.new import FreeIds, build
    from plaintickets.commands.duplicate_check import check_duplicates

    free_ids = FreeIds(context.project)
    if free_ids.are_all_free:
        return True
    return check_duplicates(context, build(context.project, draft, free_ids=free_ids), check)
