"""The calendars of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.calendar_settings import calendar_from, calendar_names, countries_of
from plaintickets.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Finding
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.project import Project


def calendar_named(project: Project, name: str) -> Calendar:
    """Return a calendar of the settings.

    Raise RefusedError for a name that is none, UnreadableError where its holidays cannot be asked for.
    """
    from plaintickets.store.holiday_dates import HolidayDates

    config = project.config
    known = calendar_names(config.calendars)
    if name not in known:
        from plaintickets.core.suggestions import did_you_mean

        message = f"no calendar '{name}'. Known: {' '.join(known)}"
        raise RefusedError(message, hint=did_you_mean(name, known) or "`calendars` in the settings defines them.")
    return calendar_from(name, config.calendars, HolidayDates(project.cache, config.source(f"calendars.{name}")))


def holiday_findings(project: Project) -> Iterator[Finding]:
    """Yield a finding for each country or region whose holidays cannot be asked for."""
    import re

    from plaintickets.core.checks.finding import Finding
    from plaintickets.core.settings.calendars import COUNTRY
    from plaintickets.store.holiday_dates import HolidayDates, package_stamp

    is_installed = bool(package_stamp())
    calendars = project.config.calendars
    for name, calendar in calendars.items():
        source = project.config.source(f"calendars.{name}")
        path, _, line = source.rpartition(":")
        for country in countries_of(calendar, calendars):
            if not re.fullmatch(COUNTRY, country):
                continue  # a problem of the settings names it
            try:
                HolidayDates(project.cache, source)(country, project.now.year)
            except UnreadableError as error:
                code = "config-unknown-holidays" if is_installed else "holidays-not-installed"
                message = str(error).removeprefix(f"{source}: ")
                yield Finding(code, message, error.hint or "", path, int(line))
