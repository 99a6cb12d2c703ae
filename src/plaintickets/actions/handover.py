"""Hand the open tickets of one person over to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.listing import Filter, select
from plaintickets.actions.staff import named, staff_of, unknown_person
from plaintickets.core.change import Change
from plaintickets.core.person_names import person_forms
from plaintickets.core.query.comparison import is_me
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.load import Work, capacity_of
from plaintickets.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from plaintickets.core.servicedesk.means import Staff
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome


class HandedOver(NamedTuple):
    """The tickets, from whom and to whom they went, remarks on who gets them, and the outcome if written."""

    tickets: list[Ticket]
    giver: str
    taker: str
    remarks: list[str]
    outcome: Outcome | None = None


def hand_over(
    project: Project, giver: str, taker: str, query: str, message: str, *, dry_run: bool = False, subject: str = ""
) -> HandedOver:
    """Assign the open tickets of one person or team to another, each with an internal comment, in one commit.

    Raise RefusedError for an unknown name.
    """
    staff = staff_of(project)
    to = _taker(project, staff, taker)
    names, start = _giver(project, staff, giver)
    if to == start or not names.isdisjoint(person_forms(to)):
        raise RefusedError(f"{quoted(giver)} and {quoted(taker)} are the same", hint="name somebody else.")
    found = [one for one in select(project, Filter(query=query), closed_too=False) if _has(one, names)]
    found = [one for one in found if not project.config.is_done(one.status)]
    if not found and start not in staff.people and not start.startswith("team:") and not _is_known(project, names):
        raise RefusedError(f"nobody is called {quoted(giver)}", hint=unknown_person(project, staff, giver))
    done = HandedOver(found, start, to, _remarks(staff, to, found))
    if dry_run or not found:
        project.require_settings()
        return done
    with project.edit("handover") as edit:
        edit.subject = subject
        edit.apply([Change(one.id, "assignee", one.get("assignee"), to) for one in found])
        for ticket in found:
            edit.comment(ticket.id, message, internal=True)
        if not edit.subject:
            edit.details = [f"from {start} to {to}"]
        return done._replace(outcome=edit.commit())


def _taker(project: Project, staff: Staff, name: str) -> str:
    """Return the person or the team who gets the tickets, as an assignee is written."""
    if is_me(name):
        from plaintickets.query_context import me

        known = [found for one in sorted(me(project)) if (found := named(staff, one))]
        name = known[0] if known else project.config.me or project.identity[0]
    if not name:
        raise UsageError("git does not know your name", hint="git config user.name NAME")
    found = named(staff, name)
    if not found and (staff.people or name.startswith("team:")):
        raise RefusedError(f"nobody is called {quoted(name)}", hint=unknown_person(project, staff, name))
    return found or name


def _giver(project: Project, staff: Staff, name: str) -> tuple[frozenset[str], str]:
    """Return what the person who gives the tickets away can be called, and the name; also one who has left."""
    from plaintickets.core.servicedesk.people import called
    from plaintickets.query_context import me

    if is_me(name):
        forms = frozenset(form for one in me(project) for form in person_forms(one))
        return forms, next((found for one in sorted(me(project)) if (found := named(staff, one))), name)
    found = named(staff, name)
    if found in staff.people:
        return frozenset((*called(found, staff.people[found]), *person_forms(found))), found
    if name.startswith("team:") and not found:
        raise RefusedError(f"no team {quoted(name[5:])}", hint=unknown_person(project, staff, name))
    return frozenset(person_forms(name)), name


def _has(ticket: Ticket, names: Collection[str]) -> bool:
    return bool(ticket.assignee) and any(form in names for form in person_forms(ticket.assignee))


def _is_known(project: Project, names: Collection[str]) -> bool:
    """Tell whether some ticket, open or closed, has the person."""
    return any(_has(ticket, names) for ticket in project.reading.tickets.values())


def _remarks(staff: Staff, taker: str, tickets: list[Ticket]) -> list[str]:
    """Return what speaks against the one who gets the tickets: an absence, and more work than they can take."""
    found = [f"{taker} is away until {staff.away[taker]}"] if taker in staff.away else []
    capacity = capacity_of(staff.people.get(taker, {}))
    work = staff.work.get(taker, Work())
    for ticket in tickets:
        work = work.plus(ticket.priority)
    if capacity is not None and work.tickets > capacity:
        found.append(f"{taker} then has {work.tickets} open tickets, with a capacity of {capacity}")
    return found
