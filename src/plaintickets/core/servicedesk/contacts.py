"""The mail addresses of people, and the people that a ticket concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.mail.address import is_address
from plaintickets.core.person_names import TEAM
from plaintickets.core.servicedesk.identities import key_of, named_people
from plaintickets.core.servicedesk.people import called, teams_of

if TYPE_CHECKING:
    from plaintickets.core.config import Config
    from plaintickets.core.ticket import Ticket

REPORTER, ASSIGNEE, WATCHER, OF_TEAM, MENTIONED = "reporter", "assignee", "watchers", "team", "mentioned"
"""The roles in which somebody has to do with a ticket."""
_LONGEST_NAME = 100
_NOT_IN_NAME = dict.fromkeys(map(ord, '<>"·,;'), " ")


def staff_by_address(config: Config) -> dict[str, str]:
    """Return the people of the settings by their mail addresses in lower case."""
    return {mail.casefold(): key for key, _, mail in named_people(config) if mail}


def address_of(person: str, config: Config) -> str:
    """Return the mail address of a person, as `Name <mail>` has it or as the settings do; empty if unknown."""
    name, opening, rest = person.partition("<")
    if opening and rest.endswith(">") and "@" in rest:
        return rest[:-1].strip()
    key = key_of(person, config)
    found = next((mail for one, _, mail in named_people(config) if one == key), "")
    return found or (name.strip() if is_address(name.strip()) else "")


def concerned(ticket: Ticket, config: Config) -> dict[str, str]:
    """Return the people that a ticket concerns, as it names them, each with the role that comes first."""
    found: dict[str, str] = {}
    for role in (REPORTER, ASSIGNEE):
        person = str(ticket.get(role) or "")
        if person and not person.casefold().startswith(TEAM):
            found.setdefault(key_of(person, config), role)
    for person in ticket.items(WATCHER):
        found.setdefault(key_of(person, config), WATCHER)
    teams = teams_of(config.people_details)
    for team in _teams(ticket, config):
        for person in teams.get(team, ()):
            found.setdefault(person, OF_TEAM)
    return found


def _teams(ticket: Ticket, config: Config) -> list[str]:
    """Return the team that has the ticket, and that of its queue."""
    assignee = str(ticket.get(ASSIGNEE) or "")
    queue = config.queues.get(str(ticket.get("queue") or ""), {})
    named = [assignee[len(TEAM) :]] if assignee.casefold().startswith(TEAM) else []
    return [one for one in (*named, queue.get("team", "")) if one]


def is_concerned(address: str, ticket: Ticket, config: Config) -> bool:
    """Tell whether the ticket concerns the person with a mail address."""
    wanted = address.casefold()
    return bool(wanted) and any(address_of(one, config).casefold() == wanted for one in concerned(ticket, config))


def is_reporter(address: str, ticket: Ticket, config: Config) -> bool:
    """Tell whether a mail address is that of the ticket's reporter."""
    own = address_of(str(ticket.get(REPORTER) or ""), config)
    return bool(own) and own.casefold() == address.casefold()


def believed_name(name: str, address: str, config: Config) -> str:
    """Return a stranger as a ticket names people: a name that is one of the people's is not believed."""
    name = " ".join(name.translate(_NOT_IN_NAME).split())
    forms = {form for key, person in config.people_details.items() for form in called(key, person)}
    forms |= {one.casefold().partition(" <")[0] for one in config.people}
    if not name or "@" in name or name.casefold() in forms or name.casefold().startswith(TEAM):
        return address
    return f"{name[:_LONGEST_NAME]} <{address}>" if address else name[:_LONGEST_NAME]
