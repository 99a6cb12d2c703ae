"""The people and queues of a project, with their open tickets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.actions.listing import not_done
from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.people import away_until, called, everybody, teams_of
from plaintickets.core.table import Column, Table
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from plaintickets.project import Project

PEOPLE = (
    Column("name", "person", "person"),
    Column("full_name", "name"),
    Column("teams", "teams"),
    Column("skills", "skills"),
    Column("open", "open", "count"),
    Column("capacity", "capacity", "count"),
    Column("away_until", "away until", "date"),
)
QUEUES = (
    Column("name", "queue"),
    Column("team", "team"),
    Column("types", "types"),
    Column("calendar", "calendar"),
    Column("audience", "audience"),
    Column("open", "open", "count"),
    Column("description", "description"),
)


def people_table(project: Project, team: str | None = None) -> Table:
    """Return the people, by name; those of one team only where it is given.

    Raise RefusedError for an unknown team.
    """
    details = project.config.people_details
    if team is not None and team not in teams_of(details):
        from plaintickets.core.suggestions import did_you_mean

        known = [*teams_of(details)]
        hint = did_you_mean(team, known) or "`people` in the settings names the teams of a person."
        raise RefusedError(f"no team '{team}'. Known: {' '.join(known) or 'none'}", hint=hint)
    assigned = Counter(ticket.assignee for ticket in not_done(project) if ticket.assignee)
    today = project.now.date()
    rows = []
    for name, person in everybody(project.config.people, details).items():
        if team is not None and team not in person.get("teams", ()):
            continue
        forms = called(name, person).union(person_forms(name))
        count = sum(number for one, number in assigned.items() if not forms.isdisjoint(person_forms(one)))
        until = away_until(person, today)
        words = (" ".join(person.get(key, ())) for key in ("teams", "skills"))
        row = (
            name,
            person.get("name", ""),
            *words,
            count,
            person.get("capacity"),
            until.isoformat() if until else None,
        )
        rows.append(row)
    return Table("People", PEOPLE, rows)


def queues_table(project: Project) -> Table:
    """Return the queues of the settings, then those that only open tickets name."""
    tickets = Counter(str(ticket.get("queue") or "") for ticket in not_done(project))
    queues = project.config.queues
    rows = []
    for name in [*queues, *sorted(tickets.keys() - queues.keys() - {""})]:
        queue = queues.get(name, {"description": "(not in the settings)"} if queues else {})
        parts = (queue.get("team", ""), " ".join(queue.get("types", ())), queue.get("calendar", ""))
        rows.append((name, *parts, queue.get("audience", ""), tickets[name], queue.get("description", "")))
    return Table("Queues", QUEUES, rows)
