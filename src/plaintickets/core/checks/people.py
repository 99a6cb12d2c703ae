"""Find people that the configuration does not list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.people import teams_of
from plaintickets.core.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each assignee or other person that is not in `people`, if that is set."""
    people = examined.config.people
    if not people:
        return
    source = examined.config.source("people").rpartition(":")[0].rpartition("/")[2]
    place = f"in {source}" if SETTINGS_FILES.get(source) else "under `people` in config.yml"
    known = {name for person in people for name in _names(person)}
    known |= {f"team:{team}".casefold() for team in teams_of(examined.config.people_details)}
    fields = ["assignee", *(field.name for field in examined.config.fields if field.type == "person")]
    for ticket in examined.tickets:
        for field in fields:
            for person in _given(ticket.keys.get(field)):
                if known.isdisjoint(_names(person)):
                    near = nearest(person, people)
                    remedy = shell("tk", "set", ticket.id, f"{field}={near[0] if near else 'NAME'}")
                    remedy += f", or name them {place}"
                    yield examined.at(ticket, field, "unknown-person", f"unknown {field} {quoted(person)}", remedy)


def _given(value: object) -> list[str]:
    """Return the persons of a field; a value with a comma is still one value."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item.strip()]


def _names(person: str) -> set[str]:
    """Return the forms of a person's name: the whole text, the name, the mail."""
    name, _, mail = person.strip().casefold().partition("<")
    return {person.strip().casefold(), name.strip(), mail.rstrip("> ")} - {""}
