"""Who gets a ticket: the first route that matches and leads to somebody.

Pure and without luck: the same tickets, people, routes and history give the same answer, in whatever order they
come. Several tickets are given one after another, the most urgent and oldest first, and each sees what those before
it did to the load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.person_names import TEAM
from plaintickets.core.servicedesk.means import chosen, named_owners

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.servicedesk.means import Judged, Staff, Subject


class Route(NamedTuple):
    """A route of the settings, with the ids of the tickets that its query matches."""

    name: str
    source: str
    query: str
    team: str
    by: tuple[str, ...]
    matching: frozenset[str]


class Tried(NamedTuple):
    """What a route did with a ticket: whether its query matches, what it found of each person, and the outcome."""

    route: str
    source: str
    query: str
    matched: bool
    people: tuple[Judged, ...]
    outcome: str


class Given(NamedTuple):
    """Who gets a ticket, empty for nobody, by which route, why, and everything that was tried."""

    ticket: str
    before: str
    assignee: str
    route: str
    reason: str
    tried: tuple[Tried, ...]

    @property
    def is_change(self) -> bool:
        """Tell whether the ticket gets another assignee."""
        return bool(self.assignee) and self.assignee != self.before


def given(subjects: Iterable[Subject], routes: Sequence[Route], staff: Staff) -> list[Given]:
    """Return who gets each ticket, in the order in which they are given."""
    found = []
    for subject in sorted(subjects, key=lambda one: (one.rank, one.created, one.id)):
        staff = staff.without(subject)
        one = _routed(subject, routes, staff)
        person = one.assignee or subject.assignee
        found.append(one)
        staff = staff.having(subject, person, is_new=one.is_change)
    return found


def _routed(subject: Subject, routes: Sequence[Route], staff: Staff) -> Given:
    tried: list[Tried] = []
    for route in routes:
        if subject.id not in route.matching:
            tried.append(Tried(route.name, route.source, route.query, False, (), "its query does not match"))
            continue
        person, reason, people = _led(subject, route, staff)
        tried.append(Tried(route.name, route.source, route.query, True, people, reason))
        if person:
            return Given(subject.id, subject.assignee, person, route.name, reason, tuple(tried))
    matched = [one for one in tried if one.matched]
    reason = matched[-1].outcome if matched else "no route matches it"
    return Given(subject.id, subject.assignee, "", "", reason, tuple(tried))


def _led(subject: Subject, route: Route, staff: Staff) -> tuple[str, str, tuple[Judged, ...]]:
    """Return to whom a route leads, why, and what was found of each person."""
    owners = named_owners(subject, route.by, staff)
    team = route.team or owners.team or subject.team
    if not route.by:
        return f"{TEAM}{team}", f"the route gives it to the team {team}", ()
    pool = staff.people if owners.asked else staff.of_team(team)
    person, reason, judged = chosen(subject, route.by, pool, staff, owners)
    if person:
        return person, reason, judged
    if team in staff.teams:
        return f"{TEAM}{team}", f"{reason}, so the team {team} gets it", judged
    return "", f"{reason}, and there is no team to fall back on", judged
