"""The load of the people: their open work against what they can take."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.actions.listing import not_done
from plaintickets.actions.staff import staff_of
from plaintickets.core.person_names import TEAM
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.load import USUAL_CAPACITY, capacity_of, work_of
from plaintickets.core.servicedesk.people import by_form
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError
from plaintickets.reports.load import load_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.servicedesk.means import Staff
    from plaintickets.core.table import Table
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_MOST_NAMED = 5


def load(project: Project, team: str | None = None, *, bars: bool = True) -> Table:
    """Return the load of everybody, or of a team; without people in the settings, of all who have open tickets.

    Raise RefusedError for an unknown team.
    """
    staff, tickets = staff_of(project), not_done(project)
    if not staff.people:
        staff = _of_assignees(staff, tickets)
    if team is not None:
        team = team.removeprefix(TEAM)
        if team not in staff.teams:
            hint = did_you_mean(team, staff.teams) or "`people` in the settings names the teams of a person."
            raise RefusedError(f"no team {quoted(team)}. Known: {' '.join(staff.teams) or 'none'}", hint=hint)
    people = [*staff.of_team(team or "")]
    return load_table(staff, people, _notes(staff, tickets, people, team), bars=bars)


def _of_assignees(staff: Staff, tickets: Iterable[Ticket]) -> Staff:
    """Return the staff that consists of those who have open tickets."""
    having = [(ticket.assignee, ticket.priority) for ticket in tickets if ticket.assignee]
    people: dict[str, dict[str, str]] = {name: {} for name, _ in having if not name.startswith(TEAM)}
    return staff._replace(people=people, names=by_form(people), work=work_of(having))


def _notes(staff: Staff, tickets: Sequence[Ticket], people: Sequence[str], team: str | None) -> list[str]:
    """Return what the rows leave out, and against what those without a capacity are measured."""
    waiting = Counter(ticket.assignee for ticket in tickets)
    counts = {name: waiting[f"{TEAM}{name}"] for name in (staff.teams if team is None else [team])}
    found = [f"{_tickets(count)} with the team {name}, no person" for name, count in counts.items() if count]
    if team is None:
        if waiting[""]:
            found.append(f"{_tickets(waiting[''])} with nobody")
        others = sorted(
            name for name in waiting if name and not staff.person_of(name) and name[len(TEAM) :] not in staff.teams
        )
        if others:
            names = ", ".join(map(quoted, others[:_MOST_NAMED])) + (", …" if len(others) > _MOST_NAMED else "")
            found.append(f"{_tickets(sum(waiting[one] for one in others))} with others: {names}")
    if any(capacity_of(staff.people[name]) is None for name in people):
        found.append(f"without a capacity, {USUAL_CAPACITY} tickets are the whole")
    return found


def _tickets(count: int) -> str:
    return f"{count:,} open {'ticket' if count == 1 else 'tickets'}"
