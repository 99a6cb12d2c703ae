"""The calendars of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.calendar_settings import calendar_from, calendar_names
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
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
