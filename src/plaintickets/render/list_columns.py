"""Columns of a list of tickets: their headings, and what stands in them for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from plaintickets.core.ticket import PRIORITY_NAMES
from plaintickets.render.styled import marked, styled
from plaintickets.render.times import ago, due_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from plaintickets.core.ticket import Ticket
    from plaintickets.render.styled import Styled

STATUS_SIGNS = {"open": "○", "active": "●", "waiting": "◌", "done": "✓"}
_HEADINGS = {"priority": "P", "blockers": "waits for", "ended": "closed"}
_DATES = ("created", "closed")


class Computed(Protocol):
    """The columns of a list that are computed, by name."""

    names: frozenset[str]

    def text(self, column: str, ticket: Ticket) -> str:
        """Return a column of a ticket as text."""

    def value(self, column: str, ticket: Ticket) -> object:
        """Return a column of a ticket for JSON."""

    def styled(self, column: str, ticket: Ticket) -> Styled:
        """Return a column of a ticket for a terminal."""


class Facts(NamedTuple):
    """What the cells of a list need to know besides the ticket."""

    now: datetime
    kinds: Mapping[str, str]
    blockers: Callable[[Ticket], Sequence[str]]
    computed: Computed | None = None

    def computes(self, column: str) -> bool:
        """Tell whether a column is computed."""
        return self.computed is not None and column in self.computed.names

    def kind(self, ticket: Ticket) -> str:
        """Return the class of the ticket's status."""
        return self.kinds.get(ticket.status, "open")


class Row(NamedTuple):
    """A ticket in a list, with what the command adds to it.

    `lead` is the branch of a tree before the title, `marks` are the matches in the title, `below` are lines
    under the row, `more` are the cells of columns that only this command has, `values` are its values for programs.
    """

    ticket: Ticket
    lead: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    below: tuple[Styled, ...] = ()
    more: Mapping[str, Styled] = {}
    values: Mapping[str, object] = {}


def heading(column: str) -> str:
    """Return the heading of a column on a terminal."""
    return _HEADINGS.get(column, column)


def cell(column: str, row: Row, facts: Facts) -> Styled:
    """Return what a column shows of a ticket on a terminal."""
    if column in row.more:
        return row.more[column]
    if column in row.values:
        return styled(row_text(column, row, facts), "quiet")
    if facts.computed is not None and facts.computes(column):
        return facts.computed.styled(column, row.ticket)
    make = _CELLS.get(column)
    if make is not None:
        return make(row, facts)
    if column in _DATES:
        return styled(row.ticket.text(column)[:16].replace("T", " "), "quiet")
    return styled(text_of(column, row.ticket, facts))


def row_text(column: str, row: Row, facts: Facts) -> str:
    """Return the value of a column as text for scripts; the command's own value before the ticket's."""
    if column not in row.values:
        return text_of(column, row.ticket, facts)
    value = row.values[column]
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


def text_of(column: str, ticket: Ticket, facts: Facts) -> str:
    """Return the value of a column as text: for scripts, and for columns without a form of their own."""
    if column in ("id", "path", "status", "title", "type"):
        return str(getattr(ticket, column))
    if column == "priority":
        return "" if ticket.priority is None else str(ticket.priority)
    if column == "age":
        return ago(ticket.created, facts.now) if ticket.created else ""
    if column == "blockers":
        return ", ".join(facts.blockers(ticket))
    if facts.computed is not None and facts.computes(column):
        return facts.computed.text(column, ticket)
    value = ticket.get(column)
    if isinstance(value, str):
        return value
    return ", ".join(ticket.items(column)) if isinstance(value, list) else "" if value is None else str(value)


def _title(row: Row, _: Facts) -> Styled:
    title = row.ticket.title or "(no title)"
    conflict = (("conflict ", "urgent"),) if row.ticket.has_conflicts else ()
    text = marked(title, row.marks) if row.marks else styled(title)
    return (((row.lead, "quiet"),) if row.lead else ()) + conflict + text


def _priority(row: Row, _: Facts) -> Styled:
    number = row.ticket.priority
    shown = "P?" if number is None else f"P{number}"
    return ((shown, "urgent" if number is not None and number <= 1 else "quiet"),)


def _status(row: Row, facts: Facts) -> Styled:
    return styled(row.ticket.status, facts.kind(row.ticket))


def _due(row: Row, facts: Facts) -> Styled:
    due = row.ticket.text("due")
    if not due or facts.kind(row.ticket) == "done":
        return ()
    words, is_late = due_words(due, facts.now)
    return styled(words, "urgent" if is_late else "quiet")


def _blockers(row: Row, facts: Facts) -> Styled:
    ids = () if facts.kind(row.ticket) == "done" else facts.blockers(row.ticket)
    return styled("⊘ " + " ".join(ids), "waiting") if ids else ()


_CELLS: dict[str, Callable[[Row, Facts], Styled]] = {
    "age": lambda row, facts: styled(text_of("age", row.ticket, facts), "quiet"),
    "assignee": lambda row, _: styled(row.ticket.assignee),
    "blockers": _blockers,
    "due": _due,
    "id": lambda row, _: styled(row.ticket.id, "id"),
    "priority": _priority,
    "status": _status,
    "tags": lambda row, _: styled(", ".join(row.ticket.tags), "quiet"),
    "title": _title,
    "type": lambda row, _: styled(row.ticket.type),
}


def priority_words(number: int | None, names: Sequence[str] = PRIORITY_NAMES) -> str:
    """Return the name of a priority, or its number if it has none."""
    if number is None:
        return "unreadable priority"
    return names[number] if number < len(names) else f"P{number}"
