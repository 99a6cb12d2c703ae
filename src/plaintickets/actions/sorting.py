"""Sort tickets by their fields and by what is computed."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from plaintickets.core.moments import span
from plaintickets.core.query_names import OF_CLOCKS, OF_HISTORY
from plaintickets.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Key = tuple[str, float] | None
    SortKey = Callable[[Ticket], Key]

Row = TypeVar("Row")
_NO_KEYS: Mapping[str, SortKey] = {}
_EXAMPLES = ("priority", "created", "due", "assignee")


def check_order(project: Project, order: str, more: Iterable[str] = ()) -> None:
    """Raise NotFoundError for a sort key that is neither a field nor computed nor in `more`.

    Raise UsageError for an empty key.
    """
    from plaintickets.query_context import held_fields

    known = {*held_fields(project), *computed_keys(project), *more} if order else set()
    for name, _ in parts_of(order):
        if name not in known:
            from plaintickets.core.suggestions import did_you_mean

            raise NotFoundError(
                f"cannot sort by '{name}': there is no such field",
                hint=did_you_mean(name, sorted(known)) or f"for example by {', '.join(_EXAMPLES)}.",
            )


def computed_keys(project: Project) -> tuple[str, ...]:
    """Return what is no field and can be sorted by; what belongs to clocks needs a policy."""
    return "age", "blockers", "path", *OF_HISTORY, *(OF_CLOCKS if project.config.sla else ())


def sort(project: Project, tickets: list[Ticket], order: str, more: Mapping[str, SortKey] = _NO_KEYS) -> list[Ticket]:
    """Return the tickets sorted by `key,-key`, where `more` are keys that only this list has.

    Raise UsageError for an empty key.
    """
    for name, is_falling in reversed(parts_of(order)):
        tickets = sorted_by(more.get(name) or sort_key(project, name), tickets, is_falling=is_falling)
    return tickets


def parts_of(order: str) -> list[tuple[str, bool]]:
    """Return the names of the keys of an order, and whether the greatest value comes first.

    Raise UsageError for an empty key.
    """
    found = [(part.lstrip("-+"), part.startswith("-")) for part in map(str.strip, order.split(",")) if part]
    if any(not name for name, _ in found):
        raise UsageError(f"cannot sort by '{order}'", hint="for example: --sort priority,-created")
    return found


def sorted_by(key: Callable[[Row], Key], rows: Iterable[Row], *, is_falling: bool) -> list[Row]:
    """Return the rows sorted by a key; those without a value come last in both directions."""
    valued = [(key(row), row) for row in rows]
    with_value = [(value, row) for value, row in valued if value is not None]
    with_value.sort(key=itemgetter(0), reverse=is_falling)
    return [row for _, row in with_value] + [row for value, row in valued if value is None]


def sort_key(project: Project, name: str) -> SortKey:
    """Return the function that gives the value to sort by; None for a ticket without a value.

    A ticket of another store is looked at in its own.
    """
    if name in (*OF_HISTORY, *OF_CLOCKS):
        from plaintickets.actions.computed_columns import ComputedColumns

        columns = ComputedColumns(project, (name,))
        if columns.names:  # a field of this name goes before
            return columns.key(name)
    if name == "blockers":
        return lambda ticket: _count_blockers(getattr(ticket, "project", project), ticket)
    return _KEYS[name] if name in _KEYS else lambda ticket: _field_key(name, ticket)


def _count_blockers(project: Project, ticket: Ticket) -> Key:
    """Return how many open tickets an open ticket waits for; None for none."""
    count = 0 if project.config.is_done(ticket.status) else len(project.graph.open_blockers(ticket))
    return ("", count) if count else None


def _age(ticket: Ticket) -> Key:
    created = span(ticket.created)
    return ("", -created[0].timestamp()) if created else None


def _field_key(name: str, ticket: Ticket) -> Key:
    value = ticket.get(name)
    return value_key(",".join(ticket.items(name)) if isinstance(value, list) else value)


_KEYS: dict[str, SortKey] = {
    "age": _age,
    "id": lambda ticket: (ticket.id, 0),
    "path": lambda ticket: (ticket.path, 0),
    "priority": lambda ticket: None if ticket.priority is None else ("", ticket.priority),
}


def value_key(value: object) -> Key:
    """Return what a value is sorted by: a number, else a moment, else a text; None for no value."""
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
    if not text:
        return None
    try:
        return "", float(text)
    except ValueError:
        when = span(text)
        return when[0].isoformat() if when else text.casefold(), 0
