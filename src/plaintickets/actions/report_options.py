"""What the options of a report mean in a project: a field to group by, a calendar, a milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.grouping import is_personal, report_grouping
from plaintickets.core.servicedesk.calendar import ALWAYS, Calendar
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from plaintickets.core.grouping import Grouping
    from plaintickets.project import Project
    from plaintickets.reports import Report

BUSINESS, EVERY_HOUR = "business", "calendar"
PEOPLE_NOTE = (
    "Figures of people do not say how hard the tickets were, who helped, or what else the people did: they measure "
    "no person's work."
)


def grouping_of(
    project: Project, name: str, described: Report, field: str, *, with_people: bool = False
) -> Grouping | None:
    """Return the groups of a report, None if it makes none.

    Raise UnknownNameError for an unknown field, UsageError for people without `with_people` where the figures
    are personal.
    """
    from plaintickets.core.query_names import resolve
    from plaintickets.query_context import held_fields

    if not field and not described.by:
        return None
    known = held_fields(project) if field else {described.by}
    found = resolve(field or described.by, known) or ""
    if found not in known:
        near = did_you_mean(field, sorted(known)) or "`tk help query` names the fields."
        raise UnknownNameError(f"cannot group by '{field}': there is no such field", hint=near)
    if described.is_personal and not with_people and is_personal(found, project.config):
        raise UsageError(
            f"the report {name} by {found} has figures of persons",
            hint="--people, or “figures of people” on a page, shows them with a sentence on what they do not say.",
        )
    return report_grouping(found, project.config)


def calendar_of(project: Project, hours: str) -> Calendar:
    """Return the calendar of `business`, `calendar` or a name.

    Business hours are those of the one calendar that the settings have. Raise UnknownNameError for an unknown
    name, UsageError where there is none or more than one.
    """
    from plaintickets.actions.calendars import calendar_named
    from plaintickets.core.servicedesk.calendar_settings import calendar_names

    if hours in ("", EVERY_HOUR):
        return Calendar(ALWAYS)
    known = [name for name in calendar_names(project.config.calendars) if name != ALWAYS]
    if hours == BUSINESS:
        if not known:
            raise UsageError("there are no business hours: no calendar is defined", hint="see `tk help calendar`.")
        if len(known) > 1:
            raise UsageError(
                f"which business hours? There are the calendars {', '.join(known)}", hint=f"--hours {known[0]}"
            )
        hours = known[0]
    try:
        return calendar_named(project, hours)
    except RefusedError:
        names = (BUSINESS, EVERY_HOUR, *known)
        raise UnknownNameError(
            f"no hours '{hours}'", hint=did_you_mean(hours, names) or f"there are {', '.join(names)}."
        ) from None


def milestones(project: Project) -> list[str]:
    """Return the milestones that tickets name, by name."""
    return sorted({ticket.text("milestone") for ticket in project.reading.tickets.values()} - {""})


def milestone_of(project: Project, name: str) -> str:
    """Return a milestone that a ticket names.

    Raise UnknownNameError for another one.
    """
    if not name:
        return ""
    known = milestones(project)
    if name in known:
        return name
    hint = did_you_mean(name, known) or (f"there are {', '.join(known[:9])}." if known else "set the field milestone.")
    raise UnknownNameError(f"no ticket has the milestone '{name}'", hint=hint)
