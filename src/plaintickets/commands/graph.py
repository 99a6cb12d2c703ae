"""`tk graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import NearChoice, QueryCommand
from plaintickets.commands.options import Known, json_option, one_form

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("graph", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option("--all", "every", is_flag=True, help="Include closed tickets.")
@click.option("--limit", type=click.IntRange(min=0), default=None, metavar="N", help="At most N tickets, 0 for all.")
@click.option("--format", "form", type=NearChoice(("text", "mermaid", "dot", "svg")), help="The format of the graph.")
@json_option
@click.pass_obj
def command(context: CommandContext, query: tuple[str, ...], every: bool, limit: int | None, form: str | None) -> None:
    """Draw the dependencies, parents and duplicates of tickets.

    The tickets of QUERY, by default the open ones, are drawn with those that they name. Relations in a circle are
    marked. A graph of more than 500 tickets is refused; --limit changes that.

    \b
    Examples:
      tk graph
      tk graph parent:pt-7f3k --all --format svg > epic.svg
      tk graph milestone:2.0 --format mermaid
      tk graph --format dot | dot -Tpdf > graph.pdf
    """
    from plaintickets.actions.graph import LIMIT, graph_of
    from plaintickets.render.ticket_graph import FORMS, graph_object

    form = one_form(context, form)
    graph = graph_of(context.project, " ".join(query), closed_too=every, limit=LIMIT if limit is None else limit)
    if form == "json":
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **graph_object(graph), "problems": context.problems()}))
    else:
        lines = "\n".join(FORMS[form](graph))
        if lines:
            context.page(lines + "\n")
        elif context.is_terminal:
            context.note("no ticket that matches has a relation")
    context.report(context.project.reading.problems)
