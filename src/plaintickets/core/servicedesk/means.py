"""The ways in which a route chooses among people: skills, load, turns, owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.person_names import TEAM, person_forms
from plaintickets.core.servicedesk.load import Work, capacity_of
from plaintickets.core.words import fold, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

"""The beginning of an assignee that is a team."""
_FOUND = "shares no skill with it"


class Subject(NamedTuple):
    """A ticket to be given: what routes look at.

    `words` are the terms of component, tags, title and text, `exact` the component and the tags as they are. `owners`
    are those of the paths that it affects: a person or `team:NAME`, the path, and the line of CODEOWNERS. `team` is
    that of its queue.
    """

    id: str
    assignee: str = ""
    priority: int | None = 2
    created: str = ""
    words: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    owners: tuple[tuple[str, str, str], ...] = ()
    team: str = ""
    service: str = ""
    service_owner: str = ""
    service_team: str = ""

    @property
    def rank(self) -> int:
        """Return the priority as a number that sorts; an unreadable one comes last."""
        return 9 if self.priority is None else self.priority


class Judged(NamedTuple):
    """What was found of a person: whether they could get the ticket, and why or why not."""

    person: str
    can: bool
    note: str


class Owners(NamedTuple):
    """The owners of a ticket: what each owns, and the team where a team owns; `asked` where a route asks for them."""

    asked: bool
    people: Mapping[str, tuple[int, str]]
    team: str


class Staff(NamedTuple):
    """The people with what they do: open work, when each was last given a ticket, and who is away until when."""

    people: Mapping[str, Any]
    teams: Mapping[str, Sequence[str]]
    names: Mapping[str, str]
    work: Mapping[str, Work]
    last: Mapping[str, tuple[int, str]]
    away: Mapping[str, str]

    def person_of(self, assignee: str) -> str:
        """Return the person whom an assignee means, empty for nobody of these."""
        return next((self.names[form] for form in person_forms(assignee) if form in self.names), "")

    def of_team(self, team: str) -> Mapping[str, Any]:
        """Return the people of a team, all without one."""
        return {name: self.people[name] for name in self.teams[team]} if team in self.teams else self.people

    def without(self, subject: Subject) -> Staff:
        """Return the staff as if nobody had the ticket."""
        return self._changed(self.person_of(subject.assignee), subject, -1)

    def having(self, subject: Subject, assignee: str, *, is_new: bool) -> Staff:
        """Return the staff after somebody got the ticket, as the one who was given one last if `is_new`."""
        person = self.person_of(assignee)
        changed = self._changed(person, subject, 1)
        if not is_new or not person:
            return changed
        newest = max((order for order, _ in self.last.values()), default=0)
        return changed._replace(last={**self.last, person: (newest + 1, subject.id)})

    def _changed(self, person: str, subject: Subject, count: int) -> Staff:
        if not person:
            return self
        before = self.work.get(person, Work())
        return self._replace(work={**self.work, person: before.plus(subject.priority, count)})


def named_owners(subject: Subject, means: Sequence[str], staff: Staff) -> Owners:
    """Return the owners that a route asks for: of the paths by CODEOWNERS, of the service by the settings."""
    people: dict[str, tuple[int, str]] = {}
    teams: list[str] = []
    if "owner" in means:
        if person := staff.person_of(subject.service_owner):
            people[person] = (1, f"owns the service {subject.service}")
        if subject.service_team:
            teams.append(subject.service_team)
    if "codeowners" in means:
        for owner, path, line in subject.owners:
            members = staff.teams.get(owner[len(TEAM) :], ()) if owner.startswith(TEAM) else [owner]
            for person in members:
                count, note = people.get(person, (0, f"owns {path} ({line})"))
                people[person] = (count + 1, note)
            if owner.startswith(TEAM):
                teams.append(owner[len(TEAM) :])
    asked = "owner" in means or "codeowners" in means
    return Owners(asked, people, min(teams, default=""))


def chosen(
    subject: Subject, means: Sequence[str], pool: Mapping[str, Any], staff: Staff, owners: Owners
) -> tuple[str, str, tuple[Judged, ...]]:
    """Return the person of the pool who gets the ticket, or nobody, why, and what was found of each."""
    judged: dict[str, Judged] = {}
    left: dict[str, tuple[Any, ...]] = {}
    notes: dict[str, list[str]] = {}
    for name in sorted(pool, key=_by_name):
        hindrance = _hindrance(name, pool[name], staff)
        if hindrance and not (owners.asked and name not in owners.people):
            judged[name] = Judged(name, False, hindrance)
            continue
        scores: list[Any] = []
        notes[name] = []
        for way in means:
            score, note = MEANS[way](subject, name, staff, owners)
            if score is None:
                if not owners.asked or way == "skill":
                    judged[name] = Judged(name, False, note)
                break
            scores.append(score)
            notes[name].append(note)
        else:
            left[name] = tuple(scores)
            judged[name] = Judged(name, True, ", ".join(notes[name]))
    people = tuple(judged[name] for name in sorted(judged, key=_by_name))
    if not left:
        return "", _nobody(people, means, subject), people
    best = min(left, key=lambda name: (left[name], _by_name(name)))
    equal = [name for name in left if left[name] == left[best]]
    reason = judged[best].note + (f"; first by name of {len(equal)} equals" if len(equal) > 1 else "")
    return best, reason, people


def _by_name(name: str) -> tuple[str, str]:
    return name.casefold(), name


def _hindrance(name: str, person: Mapping[str, Any], staff: Staff) -> str:
    """Return why a person cannot get a ticket now, empty where nothing hinders."""
    if name in staff.away:
        return f"away until {staff.away[name]}"
    capacity, work = capacity_of(person), staff.work.get(name, Work())
    return f"full: {work.tickets} of {capacity} tickets" if work.is_full(capacity) else ""


def _nobody(people: Sequence[Judged], means: Sequence[str], subject: Subject) -> str:
    """Return in words why nobody is left."""
    missing = [one for one in people if one.note.startswith(("away", "full"))]
    named = ", ".join(f"{one.person} ({one.note})" for one in missing[:5])
    if missing and len(missing) == len(people):
        return f"everybody is away or full: {named}"
    if "codeowners" in means:
        return "nobody known owns what it affects" if subject.owners else "no code owner is known for it"
    if "owner" in means:
        return f"the service {subject.service} has no owner here" if subject.service else "it names no service"
    if "skill" in means and people:
        return "nobody who can take it shares a skill with it" + (f", without {named}" if named else "")
    return "nobody is left"


def _skill(subject: Subject, name: str, staff: Staff, _: Owners) -> tuple[int | None, str]:
    skills = staff.people[name].get("skills", ())
    shared = [skill for skill in skills if fold(skill) in subject.exact or _is_in(skill, subject.words)]
    if not shared:
        return None, _FOUND
    return -len(shared), f"{'skill' if len(shared) == 1 else 'skills'} {', '.join(shared)}"


def _is_in(skill: str, words: frozenset[str]) -> bool:
    parts = terms(skill)
    return bool(parts) and words.issuperset(parts)


def _least_loaded(_subject: Subject, name: str, staff: Staff, _: Owners) -> tuple[float, str]:
    work, capacity = staff.work.get(name, Work()), capacity_of(staff.people[name])
    against = f" of {capacity}" if capacity is not None else ""
    count = f"{work.tickets} open {'ticket' if work.tickets == 1 else 'tickets'}"
    return work.share(capacity), f"load {work.share(capacity):.0%} ({count}, weight {work.weight:g}{against})"


def _round_robin(_subject: Subject, name: str, staff: Staff, _: Owners) -> tuple[int, str]:
    order, ticket = staff.last.get(name, (-1, ""))
    return order, f"last given {ticket}" if ticket else "never given one"


def _owner(_subject: Subject, name: str, _staff: Staff, owners: Owners) -> tuple[int | None, str]:
    if name not in owners.people:
        return None, "owns nothing of it"
    count, note = owners.people[name]
    return -count, note if count == 1 else f"{note} and {count - 1} more"


MEANS: dict[str, Callable[[Subject, str, Staff, Owners], tuple[Any, str]]] = {
    "skill": _skill,
    "least-loaded": _least_loaded,
    "round-robin": _round_robin,
    "codeowners": _owner,
    "owner": _owner,
}
