"""`tk query`."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import click

from plaintickets.errors import UnreadableError, UsageError

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
    from plaintickets.render.jsonform import dumps_line, query_object

    tickets = sorted(context.project.reading.tickets.values(), key=lambda ticket: ticket.id)
    lines = "".join(dumps_line(query_object(ticket)) + "\n" for ticket in tickets)
    text = lines if jq_filter is None else _through_jq(jq_filter, lines)
    if text:
        context.out(text.removesuffix("\n"))
    context.report(context.project.reading.problems)


def _through_jq(jq_filter: str, lines: str) -> str:
    from plaintickets.render.jsonform import escaped

    try:
        done = subprocess.run(
            ["jq", "-c", f"select({jq_filter})"],
            input=lines,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        raise UnreadableError("jq is not installed", hint="install jq, or use `tk ls --json QUERY`.") from None
    if done.returncode != 0:
        raise UsageError(f"jq: {done.stderr.strip()}")
    return escaped(done.stdout)
