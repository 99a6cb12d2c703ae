"""`tk board`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import NearChoice, QueryCommand
from plaintickets.commands.options import Known, json_option, one_form

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

CARDS = 100
"""The cards of a column that a person is shown if nobody asks for more."""


@click.command("board", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option("--by", metavar="FIELD", default="status", type=Known("group"), help="The field of the columns.")
@click.option("--swimlane", metavar="FIELD", default="", type=Known("group"), help="Lanes by a second field.")
@click.option("--done", type=click.IntRange(min=0), metavar="N", help="Show N closed tickets, 0 for all.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Show N cards in each column, 0 for all.")
@click.option("--format", "form", type=NearChoice(("text", "json", "md")), help="The format of the board.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    query: tuple[str, ...],
    by: str,
    swimlane: str,
    done: int | None,
    limit: int | None,
    form: str | None,
) -> None:
    """Show tickets as cards in columns, by default one column for each status.

    A card has `⊘` if the ticket is blocked, the priority, the id, the title, the assignee and the nearest clock.
    `limits` in the settings gives a status a limit of work in progress. A column above it is OVER, and `tk check`
    reports it. Columns that do not fit the terminal are folded into one line below the others. Of closed tickets
    each column shows the latest 10; by another field than the status, closed tickets are shown with --done only.
    Text and Markdown show 100 cards in a column, JSON all.

    \b
    Examples:
      tk board
      tk board type:bug --by assignee
      tk board --swimlane priority
      tk board --by milestone --done 20
      tk board @mine --format md >> "$GITHUB_STEP_SUMMARY"
    """
    from plaintickets.actions.board import Asked, board_of
    from plaintickets.render import board as render

    form = one_form(context, form)
    most = limit if limit is not None else 0 if form == "json" else CARDS
    board = board_of(context.project, Asked(" ".join(query), by, swimlane, most, done))
    if form == "json":
        context.json = True
        context.out(render.json_text(board, context.problems()))
    elif form == "md":
        context.out("\n".join(render.markdown_lines(board)))
    elif context.for_person:
        context.page("\n".join(render.terminal_lines(board, context.terminal)) + "\n")
    elif board.lanes:
        context.out("\n".join(render.plain_lines(board)))
    context.report(context.project.reading.problems)
