"""Whether a time rule fires, stays marked or loses its mark for a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from plaintickets.core.query import mentioned
from plaintickets.core.query.inquiry import compared
from plaintickets.core.servicedesk.automation.effects import fields_of, name_of
from plaintickets.core.servicedesk.automation.marks import FIRED, is_due, marked
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from plaintickets.core.query import Query

Verdict = Literal["fire", "keep", "release", ""]


def asks_for_status(query: Query) -> bool:
    """Tell whether a query says something of the status; if not, a rule on time is for tickets that are not closed."""
    return bool(mentioned(query) & {"status", "in-class", "in-status", "closed", "resolution"})


class Standing:
    """One time rule: its query, and what its own effects do to the answer of the query."""

    def __init__(self, name: str, rule: Mapping[str, Any], query: Query) -> None:
        self.name = name
        self._repeat = rule["repeat"]
        self.asks_for_closed = asks_for_status(query)
        asked = mentioned(query) | ({"status"} if self.asks_for_closed else set())
        tags = {value.text for node in compared(query) if node.field == "tags" for value in node.values}
        self._values: dict[str, str] = {}
        self._tags: dict[str, bool] = {}
        for effect in rule["do"]:
            fields = fields_of(effect).items()
            self._values |= {field: text for field, text in fields if field in asked and isinstance(text, str)}
            if name_of(effect) in {"tag", "untag"}:
                value = effect[name_of(effect)]
                self._tags |= {tag: name_of(effect) == "tag" for tag in value if tag in tags}

    def verdict(self, ticket: Ticket, matches: Callable[[Ticket], bool], today: date) -> Verdict:
        """Return what becomes of the rule for a ticket.

        A mark is kept while the query no longer matches only because of what the rule did. If somebody took that
        back and the query matches, the rule fires again.
        """
        own, day = marked(ticket.items(FIRED), self.name) if ticket.raw(FIRED) else ([], None)
        if matches(ticket):
            if not own or is_due(self._repeat, day, today):
                return "fire"
            after = self._after(ticket)
            return "fire" if after is not None and not matches(after) else "keep"
        if not own:
            return ""
        return "release" if not (self._values or self._tags) or self._after(ticket) is not None else "keep"

    def _after(self, ticket: Ticket) -> Ticket | None:
        """Return the ticket with the effects that the query asks about; None where it has them all."""
        keys = {**ticket.keys, **self._values}
        tags = [tag for tag in ticket.tags if self._tags.get(tag, True)]
        tags += [tag for tag, is_set in self._tags.items() if is_set and tag not in tags]
        if tags == list(ticket.tags) and all(ticket.text(field) == text for field, text in self._values.items()):
            return None
        return Ticket(ticket.id, ticket.path, {**keys, "tags": [*tags]}, ticket.title)
