"""`tk approvals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


@click.command("approvals", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[ID… | QUERY]", type=Known("query or ids", is_dashed=True))
@json_option
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...]) -> None:
    """List approvals and rejections, each valid or with the reason why it is not.

    Without arguments, those of tickets that are not closed. An approval is valid if the commit that added its
    line was made by that person. If the clone is too shallow to tell, the exit code is 4.

    \b
    Examples:
      tk approvals
      tk approvals 7f3k
      tk approvals type:change status:review --json
    """
    from plaintickets.actions.approvals import ApprovalReader
    from plaintickets.actions.approve import progress
    from plaintickets.core.servicedesk.approvals import FIELDS
    from plaintickets.render.approvals import approval_object, lines

    project = context.project
    project.require_settings()
    tickets, is_named = _asked(project, words)
    chosen = [ticket for ticket in tickets if is_named or any(ticket.keys.get(field) for field in FIELDS)]
    reader = ApprovalReader(project)
    reader.read_all(chosen)
    rows = []
    for ticket in chosen:
        read = reader.of(project.document_at(ticket.path))
        rows.append((ticket, read.found, list(progress(project, ticket, read))))
    if context.json:
        from plaintickets.render.jsonform import document

        objects = [approval_object(ticket, found, [one._asdict() for one in steps]) for ticket, found, steps in rows]
        context.out(document("tickets", objects))
    elif not rows:
        context.note("no approvals")
    else:
        from plaintickets.actions.approve import progress_line
        from plaintickets.render import safe

        for ticket, found, steps in rows:
            text = lines(ticket, found, [progress_line(one) for one in steps])
            context.out(safe.block("\n".join(text)))
    context.report(project.reading.problems if not is_named else ())


def _asked(project: Project, words: tuple[str, ...]) -> tuple[list[Ticket], bool]:
    """Return the tickets that ids or a query name, and whether they are ids."""
    from plaintickets.actions.listing import Filter, select
    from plaintickets.core.ids import named

    paths = project.paths
    if words and all(":" not in word and named(word, paths) for word in words):
        return [project.find(word, guess=True) for word in words], True
    return select(project, Filter(query=" ".join(words)), closed_too=bool(words)), False
