"""`tk report`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import click

from plaintickets.commands.list_options import NearChoice, QueryCommand, at_option
from plaintickets.commands.options import Known, json_option, known, one_form
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from plaintickets.console import CommandContext

_FORMS = ("text", "json", "csv", "md", "html", "svg")
_BY_SUFFIX = {f".{form}": form for form in _FORMS} | {".markdown": "md", ".txt": "text"}


@click.command("report", cls=QueryCommand)
@click.argument("name", required=False, type=Known("report"))
@click.argument("query", nargs=-1, metavar="[QUERY]", type=Known("query", is_dashed=True))
@known("day", "--since", metavar="DATE", default="", help="Begin at DATE: 2026-10-01, -90d.")
@known("day", "--until", metavar="DATE", default="", help="End with DATE; by default now.")
@known("field", "--by", metavar="FIELD", default="", help="Group by a field.")
@click.option(
    "--per", type=NearChoice(("day", "week", "month")), help="The length of a period; by default week, or no periods."
)
@known("hours", "--hours", metavar="WHICH", default="", help="Durations in: business, calendar, or a calendar's name.")
@known("milestone", "--milestone", metavar="NAME", default="", help="The milestone of a burndown.")
@at_option
@click.option("--partial", is_flag=True, help="Count the history that a shallow clone has.")
@click.option("--people", is_flag=True, help="Show figures of people that are more than counts.")
@click.option("--format", "form", type=NearChoice(_FORMS), help="The format; by default text, or by the name of FILE.")
@known("file", "-o", "--output", "file", metavar="FILE", help="Write to FILE.")
@json_option
@click.pass_obj
def command(context: CommandContext, /, name: str | None, form: str | None, file: str | None, **options: Any) -> None:
    """Count tickets over time, from their files and the history of the store.

    Without NAME the reports are listed with the options that each takes. Another option is an error, so that no
    number is another than the one you asked for.

    \b
    Examples:
      tk report
      tk report volume --since -90d
      tk report backlog type:bug --by assignee --format csv
      tk report flow --per month -o flow.html
      tk report burndown --milestone 2.0
    """
    form = one_form(context, form, _form_of(file))
    if name is None:
        _refuse_given(options)
        from plaintickets.reports.report_list import reports_table

        _show(context, form, file, reports_table(with_options=form != "text"))
        return
    from plaintickets.actions.report import Wanted, report

    options["query"] = " ".join(options["query"])
    gc.disable()  # the objects of a long history live until the end, and looking through them takes a third of the time
    _show(context, form, file, report(context.project, name, Wanted(**options)))
    context.report(context.project.reading.problems)


def _form_of(file: str | None) -> str:
    import os

    return _BY_SUFFIX.get(os.path.splitext(file)[1].lower(), "text") if file else "text"


def _refuse_given(options: dict[str, Any]) -> None:
    for name, value in options.items():
        if value:
            raise UsageError(f"--{name} goes with a report", hint="`tk report` alone lists the reports.")


def _show(context: CommandContext, form: str, file: str | None, table: Any) -> None:
    """Print a table, or write it to a file."""
    from plaintickets.render.tables import rendered

    if file in (None, "-"):
        room = context.terminal.columns if context.for_person and form == "text" else 0
        context.page(rendered(form, table, room) + "\n")
        return
    from plaintickets.commands.output_file import write

    write(context, file, rendered(form, table) + "\n")
