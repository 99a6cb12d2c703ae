"""`tk calendar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from plaintickets.commands.options import Known, finish, json_option, writes
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from plaintickets.console import CommandContext


_LINES_SHOWN = 5


@click.command("calendar")
@click.argument("name", required=False, metavar="[NAME]", type=Known("calendar"))
@click.argument("month", required=False, metavar="[DATE | FILE]", type=Known("day"))
@click.option("--name", "as_name", metavar="TEXT", default="", help="With import: the name of the calendar.")
@json_option
@writes()
@click.pass_obj
def command(context: CommandContext, name: str | None, month: str | None, as_name: str) -> None:
    """List the calendars of working hours; with NAME, show the month that contains DATE, day by day.

    DATE is a day or a month, 2026-12-24 or 2026-12, by default today.

    `tk calendar import FILE.ics` adds the all-day events of an iCalendar file to calendars.yml, as a list of
    holidays. A calendar names it under `holidays`. An event of every year becomes a day of every year. Events with
    hours are left out. A file with another rule of repetition is refused with the line.

    \b
    Examples:
      tk calendar
      tk calendar office
      tk calendar office 2026-12
      tk calendar import berlin.ics --name holidays-berlin
    """
    if name == "import":
        _import(context, month, as_name)
        return
    if as_name:
        raise UsageError("--name is for `tk calendar import FILE.ics`", hint="leave it out.")
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


def _import(context: CommandContext, path: str | None, name: str) -> None:
    from plaintickets.actions.import_calendar import import_calendar
    from plaintickets.commands.stdin import settings_content
    from plaintickets.render import safe

    if path is None:
        raise UsageError("which file?", hint="for example: tk calendar import holidays.ics")
    content = settings_content(path, "import")
    made = import_calendar(context.project, path, content, name, subject=context.subject)
    count, left_out = len(made.holidays.dates), made.holidays.left_out
    context.say(safe.line(f"Added {count:,} {'day' if count == 1 else 'days'} to calendars.yml as {made.name}"))
    if left_out:
        shown = ", ".join(map(str, left_out[:_LINES_SHOWN])) + (", …" if left_out[_LINES_SHOWN:] else "")
        context.note(
            f"note: left out {len(left_out):,} of {made.holidays.events:,} events, which have hours or are cancelled: "
            f"lines {shown}"
        )
    finish(context, made.outcome, calendar=made.name, dates=made.holidays.dates, left_out=left_out)


def _day(text: str) -> date:
    """Return the day of `2026-12-24`, the first day of `2026-12`.

    Raise UsageError for other text.
    """
    from plaintickets.core.servicedesk.calendar_text import date_of

    found = date_of(text) or date_of(f"{text}-01")
    if found is None:
        raise UsageError(f"'{text}' is no month and no day", hint="write 2026-12 or 2026-12-24.")
    return found
