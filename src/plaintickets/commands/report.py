"""`tk report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.list_options import QueryCommand
from plaintickets.commands.options import Known, json_option

if TYPE_CHECKING:
    from plaintickets.console import CommandContext
    from plaintickets.core.periods import Unit

_FORMS = ("text", "json", "csv", "md")


@click.command("report", cls=QueryCommand)
@click.argument("name", required=False, type=Known("report"))
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@click.option("--since", metavar="DATE", type=Known("day"), default="", help="Begin at DATE: 2026-10-01, -90d.")
@click.option("--until", metavar="DATE", type=Known("day"), default="", help="End with DATE; by default now.")
@click.option("--per", type=click.Choice(("day", "week", "month")), default="week", help="The length of a period.")
@click.option("--partial", is_flag=True, help="Count the history that a shallow clone has.")
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", help="The format of the table.")
@json_option
@click.pass_obj
def command(
    context: CommandContext,
    name: str | None,
    query: tuple[str, ...],
    since: str,
    until: str,
    per: Unit,
    partial: bool,
    form: str,
) -> None:
    """Count tickets over time, from their files and the history of the store.

    Without NAME the reports are listed.

    \b
    Examples:
      tk report
      tk report volume --since -90d
      tk report backlog type:bug --format csv
    """
    from plaintickets.render.tables import rendered

    form = "json" if context.json else form
    if name is None:
        from plaintickets.core.table import Column, Table
        from plaintickets.reports import REPORTS

        columns = (Column("name", "report"), Column("about", "what it answers"))
        context.out(rendered(form, Table("Reports", columns, [(name, known.about) for name, known in REPORTS.items()])))
        return
    from plaintickets.actions.report import Wanted, report

    table = report(context.project, name, Wanted(" ".join(query), since, until, per, partial))
    context.page(rendered(form, table) + "\n")
    context.report(context.project.reading.problems)
