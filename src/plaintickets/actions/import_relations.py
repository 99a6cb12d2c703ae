"""The relations of imported records as ids, whatever the order of the records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.imported import RELATIONS, REVERSED
from plaintickets.core.ticket import list_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.imported import Imported
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


class Relations:
    """The relations of the records of one import, from both of their ends."""

    def __init__(self, project: Project, by_key: Mapping[str, str], known: Mapping[str, Ticket]) -> None:
        self._project = project
        self._by_key = by_key
        self._known = known
        self._of: dict[str, dict[str, dict[str, None]]] = {}
        self._here: set[str] = set()
        self.missing: Counter[str] = Counter()

    def take(self, ticket_id: str, record: Imported) -> None:
        """Note the relations of a record; those to no ticket are counted."""
        self._here.add(ticket_id)
        for name, keys in record.relations.items():
            for key in keys:
                other = self._id(key)
                if not other:
                    self.missing[f"{name} to a ticket that is not here"] += 1
                elif other == ticket_id:
                    self.missing[f"{name} to itself"] += 1
                elif name in REVERSED:
                    self._add(other, REVERSED[name], ticket_id)
                else:
                    self._add(ticket_id, name, other)
                    if name == "links":
                        self._add(other, name, ticket_id)

    def _id(self, key: str) -> str:
        known = self._known.get(key)
        if found := self._by_key.get(key) or (known.id if known else ""):
            return found
        return key if self._project.existing_path(key) else ""

    def _add(self, ticket_id: str, name: str, other: str) -> None:
        self._of.setdefault(ticket_id, {}).setdefault(name, {})[other] = None

    def of(self, ticket_id: str, base: Mapping[str, Value] | None = None) -> dict[str, list[str]]:
        """Return the ids by field; links that the last import had with tickets not in this one are kept."""
        found = {name: list(ids) for name, ids in self._of.get(ticket_id, {}).items()}
        for name in ("deps", "links"):
            held = (base or {}).get(name)
            more = [one for one in list_of(held or []) if one not in self._here and one not in found.get(name, [])]
            if more:
                found[name] = [*more, *found.get(name, [])]
        return {name: found[name] for name in RELATIONS if name in found}

    @property
    def links_of_others(self) -> dict[str, dict[str, list[str]]]:
        """Return what records state of tickets that are not in the import, by ticket and field."""
        return {
            ticket: {name: list(ids) for name, ids in found.items()}
            for ticket, found in self._of.items()
            if ticket not in self._here
        }
