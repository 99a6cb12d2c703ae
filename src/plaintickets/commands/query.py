"""`tk query`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from plaintickets.console import CommandContext


@click.command("query")
@click.argument("jq_filter", metavar="[JQ-FILTER]", required=False)
@click.pass_obj
def command(context: CommandContext, jq_filter: str | None) -> None:
    """Print each ticket as a JSON object on one line; with a filter, only those that jq selects.

    The filter is an expression for jq's `select`. `tk ls --json` needs no jq.

    \b
    Examples:
      tk query
      tk query '.status == "open" and .priority == "1"'
    """
    from plaintickets.render.jsonform import dumps_lines, escaped, query_object

    tickets = sorted(context.project.reading.tickets.values(), key=lambda ticket: ticket.id)
    text = dumps_lines(map(query_object, tickets))
    if jq_filter is not None:
        from plaintickets.commands.jq import through_jq

        arguments = ["-c", f"select({jq_filter})"]
        text = escaped(through_jq(arguments, text, "install jq, or use `tk ls --json QUERY`.")).removesuffix("\n")
    if text:
        context.out(text)
    context.report(context.project.reading.problems)
