"""The people of a desk: their teams, and the names that each can be called by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.calendar_text import range_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


def teams_of(people: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the people of each team, teams and people by name."""
    found: dict[str, list[str]] = {}
    for name, person in people.items():
        for team in person.get("teams", ()):
            found.setdefault(team, []).append(name)
    return {team: sorted(found[team]) for team in sorted(found)}


def everybody(people: Iterable[str], details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the people by name: those with entries, and those of whom only a name or a mail is known."""
    found: dict[str, Any] = dict(details)
    described = {form for name, person in details.items() for form in called(name, person)}
    for person in people:
        if described.isdisjoint(person_forms(person)):
            found[person] = {}
    return found


def by_form(people: Mapping[str, Any]) -> dict[str, str]:
    """Return the person whom each name means, in lower case; of two, the first by name."""
    found: dict[str, str] = {}
    for name in sorted(people, reverse=True):
        for form in (*called(name, people[name]), *person_forms(name)):
            found[form] = name
    return found


def called(name: str, person: Mapping[str, Any]) -> set[str]:
    """Return what a person can be called, in lower case: the key, the full name, the mail, the name with the mail."""
    full, mail = person.get("name") or name, person.get("mail", "")
    both = f"{full} <{mail}>" if mail else ""
    return {form.casefold() for form in (name, full, mail, both) if form}


def called_in(team: str, people: Mapping[str, Any]) -> set[str]:
    """Return what the people of a team can be called."""
    return {form for name, person in people.items() if team in person.get("teams", ()) for form in called(name, person)}


def names_of(known: set[str], people: Mapping[str, Any]) -> set[str]:
    """Return the keys, names and mails of the people who can be called by one of the known names."""
    found: set[str] = set()
    for name, person in people.items():
        if not called(name, person).isdisjoint(one.casefold() for one in known):
            found |= {name, *(person[key] for key in ("name", "mail") if person.get(key))}
    return found


def away_until(person: Mapping[str, Any], day: date) -> date | None:
    """Return the last day of the absence that holds a day, None for a person who is there."""
    ends = [found[1] for text in person.get("away", ()) if (found := range_of(text)) and found[0] <= day <= found[1]]
    return max(ends, default=None)
