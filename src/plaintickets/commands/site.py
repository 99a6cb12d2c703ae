"""`tk site`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known
from plaintickets.errors import MissingExtraError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("site")
@click.argument("out", metavar="OUT", type=click.Path())
@click.option("--public", is_flag=True, help="Leave out what is internal, and all mail addresses.")
@click.option("--title", metavar="TITLE", default="", help="The title of the pages; the name of the folder without it.")
@click.option("--query", metavar="QUERY", type=Known("query"), default="", help="Only the tickets of a query.")
@click.option("--force", is_flag=True, help="Write into a folder with other files, and over changed ones.")
@click.pass_obj
def command(context: CommandContext, *, out: str, public: bool, title: str, query: str, force: bool) -> None:
    """Write the tickets as a folder of static pages, with a search that works without a server.

    The pages are a list for each saved query, a board, a page for each ticket, reports, dashboards, the published
    articles for the public, a search and a feed of changes.
    All links are relative, so the folder works under any address, and from a disk. The same store gives the same
    files: a second run writes only what changed and removes the pages of removed tickets. What others put into
    the folder stays.

    Attachments that a shown text links to are copied beside the pages: 25 MB each and 512 MB together at most.

    With --public there are no internal comments, no internal tickets (`visibility: internal`, or a queue with
    `audience: internal`), nothing that names these, no old texts, no mail addresses, and no reports on the team.

    The pages need libraries that are not installed with `tk`: pip install 'plaintickets[web]'.

    \b
    Examples:
      tk site public
      tk site public --public --title 'Bugs of valve'
      tk site public --query 'milestone:2.0'
    """
    try:
        from plaintickets.web.site import folder
        from plaintickets.web.site.attachments import SiteAttachments
        from plaintickets.web.site.pages import files
        from plaintickets.web.site.view import View
    except ImportError as error:
        raise MissingExtraError("the pages need", "web", error) from None
    project = context.project
    path = os.path.join(context.around.folder, out)
    folder.refuse_place(path, project.place)
    view = View(project, query, public=public)
    attachments = SiteAttachments(project.place.store)
    done = folder.write(path, files(view, title or project.repository_name, attachments), force=force)
    context.say(
        f"Wrote {done.written} files to {out}, {done.unchanged} unchanged, {done.removed} removed; "
        f"tickets: {len(view.tickets)}"
    )
    if attachments.count:
        context.say(f"Attachments: {attachments.count}, {attachments.size / 2**20:.1f} MB")
    if attachments.left_out:
        context.note(
            f"note: attachments left out: {attachments.left_out}, each above 25 MB or beyond the 512 MB of one site"
        )
    for kept in done.kept[:10]:
        context.note(f"note: {out}/{kept} was changed by somebody, so it stays")
    context.report(project.reading.problems)
