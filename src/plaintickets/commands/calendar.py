"""`tk calendar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, json_option
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from plaintickets.console import CommandContext


@click.command("calendar")
@click.argument("name", required=False, metavar="[NAME]", type=Known("calendar"))
@click.argument("month", required=False, metavar="[DATE]", type=Known("day"))
@json_option
@click.pass_obj
def command(context: CommandContext, name: str | None, month: str | None) -> None:
    """List the calendars of working hours; with NAME, show the month that contains DATE, day by day.

    DATE is a day or a month, 2026-12-24 or 2026-12, by default today.

    \b
    Examples:
      tk calendar
      tk calendar office
      tk calendar office 2026-12
    """
    from plaintickets.core.servicedesk.calendar_settings import calendar_names
    from plaintickets.render.tables import rendered
    from plaintickets.reports.calendar_month import calendars_table, month_table

    form = "json" if context.json else "text"
    config = context.project.config
    if name is None:
        names = calendar_names(config.calendars)
        context.out(rendered(form, calendars_table(names, config.calendars)))
        return
    from plaintickets.actions.calendars import calendar_named

    calendar = calendar_named(context.project, name)
    today = context.project.now.astimezone(calendar.zone).date()
    context.out(rendered(form, month_table(calendar, today if month is None else _day(month))))


def _day(text: str) -> date:
    """Return the day of `2026-12-24`, the first day of `2026-12`.

    Raise UsageError for other text.
    """
    from plaintickets.core.servicedesk.calendar_text import date_of

    found = date_of(text) or date_of(f"{text}-01")
    if found is None:
        raise UsageError(f"'{text}' is no month and no day", hint="write 2026-12 or 2026-12-24.")
    return found
