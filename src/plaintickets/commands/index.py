"""`tk index`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import json_option
from plaintickets.commands.search import progress_bar

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.search.index import Status


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Delete the index and build it again.")
@json_option
@click.pass_obj
def command(context: CommandContext, *, rebuild: bool) -> None:
    """Show the state of the search index.

    Commands that search update the index themselves. It can be deleted at any time.

    \b
    Examples:
      tk index
      tk index --rebuild
    """
    from plaintickets.actions.ticket_source import TicketSource, open_index

    index = open_index(context.project, TicketSource(context.project, progress_bar(context)))
    if rebuild:
        index.rebuild()
    state = index.status()
    if context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, **state._asdict()}))
    else:
        for line in _lines(context, state):
            context.out(line)
    context.report(context.project.reading.problems)


def _lines(context: CommandContext, state: Status) -> list[str]:
    from datetime import UTC, datetime

    from plaintickets.render import safe
    from plaintickets.render.times import ago

    lines = [f"folder   {safe.line(state.path) or 'none: searches index in memory'}"]
    pending = f", {state.pending:,} to be indexed by the next search" if state.pending else ", up to date"
    lines.append(f"tickets  {state.tickets:,}{pending}")
    if state.written is not None:
        when = datetime.fromtimestamp(state.written, UTC).isoformat(timespec="seconds")
        lines.append(f"written  {ago(when, context.project.now)} ago")
    lines.append(f"size     {state.bytes / 1e6:.1f} MB in {state.parts} parts")
    if state.trouble:
        lines.append(f"trouble  {safe.line(state.trouble)}")
    return lines
