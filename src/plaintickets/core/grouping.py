"""The groups of tickets by the values of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.ticket import Ticket

NONE = "none"
UNREADABLE = "unreadable"
PRIORITY_SIGNS = tuple(f"P{number}" for number in range(10))


class Grouping(NamedTuple):
    """A field, the names of a ticket's groups by it, and the places of the names that the settings order.

    `spelled` gives each person one name, where the field holds people who are written in several ways.
    """

    field: str
    places: Mapping[str, int]
    priorities: Sequence[str] = PRIORITY_SIGNS
    unreadable: str = NONE
    spelled: Mapping[str, str] = {}

    def names(self, ticket: Ticket) -> tuple[str, ...]:
        """Return the groups of a ticket: several for a list of values, `none` without a value."""
        field = self.field
        if field == "priority":
            number = ticket.priority
            return (self.unreadable if number is None else self.priorities[number],)
        if field in ("id", "status", "type", "path"):
            return (str(getattr(ticket, field)),)
        value = ticket.get(field)
        if isinstance(value, list):
            found = tuple(dict.fromkeys(map(self._name, ticket.items(field))))
        else:
            found = (self._name(str(value)),) if value else ()
        return found or (NONE,)

    def _name(self, text: str) -> str:
        return self.spelled.get(text.casefold(), text) if self.spelled else text

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Return names in the order of the settings, else of the alphabet; `none` last."""
        places, last = self.places, len(self.places)
        return sorted(names, key=lambda name: (name == NONE, places.get(name, last), name.casefold(), name))


def grouping(field: str, config: Config) -> Grouping:
    """Return the groups of a field as lists show them."""
    known: dict[str, Sequence[str]] = {
        "status": config.status_names,
        "type": [kind.name for kind in config.types],
        "priority": PRIORITY_SIGNS,
    }
    return Grouping(field, _places(known.get(field, ())))


def report_grouping(field: str, config: Config) -> Grouping:
    """Return the groups of a field as reports show them: priorities with their names, each person once."""
    found = grouping(field, config)
    if field == "priority":
        names = [f"{number} {name}" for number, name in enumerate(config.priorities)]
        return found._replace(places=_places((*names, UNREADABLE)), priorities=names, unreadable=UNREADABLE)
    if is_personal(field, config) and config.people_details:
        from plaintickets.core.servicedesk.people import by_form

        return found._replace(spelled=by_form(config.people_details))
    return found


def is_personal(field: str, config: Config) -> bool:
    """Tell whether a field names people."""
    from plaintickets.core.builtinfields import BUILTIN_FIELDS

    described = {**BUILTIN_FIELDS, **{one.name: one for one in config.fields}}
    return field in described and described[field].type == "person"


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
