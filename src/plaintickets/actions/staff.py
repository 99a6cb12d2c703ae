"""The people of a project as routes see them: open work, absences, and who was given a ticket last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.actions.listing import not_done
from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.load import work_of
from plaintickets.core.servicedesk.means import Staff
from plaintickets.core.servicedesk.people import away_until, by_form, everybody, teams_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from plaintickets.core.event import Event
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


def staff_of(project: Project, *, with_turns: bool = False, revision: str = "", today: date | None = None) -> Staff:
    """Return the people with their work; with `with_turns`, also when each was last given a ticket.

    With a revision, `today` is the day of the absences and the turns are those until then.

    Raise UnreadableError where the turns are asked for in a shallow clone, which cannot know.
    """
    config = project.config
    people = dict(map(_entry, everybody(config.people, config.people_details).items()))
    today = today or project.now.date()
    away = {name: until for name, person in people.items() if (until := away_until(person, today))}
    staff = Staff(
        people,
        teams_of(config.people_details),
        by_form(people),
        {},
        {},
        {name: until.isoformat() for name, until in away.items()},
    )
    staff = staff._replace(work=work_of(assigned(staff, not_done(project))))
    return staff._replace(last=_turns(project, staff, revision or "HEAD")) if with_turns else staff


def _entry(item: tuple[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    """Return the name and the entries of a person; of `Name <mail>` without entries, the name and the mail."""
    name, opening, mail = item[0].partition(" <")
    return (name, {"mail": mail.removesuffix(">")}) if opening and not item[1] else item


def assigned(staff: Staff, tickets: Iterable[Ticket]) -> list[tuple[str, int | None]]:
    """Return the person and the priority of each ticket that one of the people has."""
    found = ((staff.person_of(ticket.assignee), ticket.priority) for ticket in tickets if ticket.assignee)
    return [one for one in found if one[0]]


def _turns(project: Project, staff: Staff, revision: str) -> dict[str, tuple[int, str]]:
    """Return the place in time of the last ticket that each was given, and the ticket.

    What no commit holds yet is later than all commits, by the ticket's creation.
    """
    from plaintickets.actions.sla import events_in_order

    given = _assignments(events_in_order(project, revision))
    committed = dict(given)
    recent = [
        (ticket.created, ticket.id, ticket.assignee)
        for ticket in project.reading.tickets.values()
        if ticket.assignee and committed.get(ticket.id) != ticket.assignee
    ]
    order = [*given, *((ticket, assignee) for _, ticket, assignee in sorted(recent))]
    found: dict[str, tuple[int, str]] = {}
    for place, (ticket, assignee) in enumerate(order):
        if person := staff.person_of(assignee):
            found[person] = (place, ticket)
    return found


def _assignments(events: Iterable[Event]) -> list[tuple[str, str]]:
    """Return the ticket and the assignee of each assignment, in the order of the events."""
    found = []
    for event in events:
        value = event.after
        if event.kind == CREATED and isinstance(value, dict):
            value = value.get("assignee", "")
        elif event.kind != CHANGED or event.field != "assignee":
            continue
        if isinstance(value, str) and value:
            found.append((event.ticket, value))
    return found


def unknown_person(project: Project, staff: Staff, name: str) -> str:
    """Return a hint for a name that nobody has: the nearest people."""
    from plaintickets.core.suggestions import did_you_mean

    known = [*staff.people, *(f"team:{team}" for team in staff.teams)]
    where = f"`people` in {project.config.place('people')} names everybody."
    return f"{did_you_mean(name, known)} {where}".strip()


def named(staff: Staff, name: str) -> str:
    """Return the person or team of the settings that a name means, empty for neither."""
    team = name.removeprefix("team:")
    if name != team:
        return name if team in staff.teams else ""
    return next((staff.names[form] for form in person_forms(name) if form in staff.names), "")
