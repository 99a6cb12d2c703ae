"""Which types, statuses, fields and rules of the settings, and which articles, are used, and which nobody uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from plaintickets.core.article import RETIRED
from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.table import Chart, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from plaintickets.core.event import Event
    from plaintickets.core.table import Cell
    from plaintickets.reports import Asked

COLUMNS = (
    Column("kind", "kind"),
    Column("name", "name"),
    Column("now", "tickets now", "count"),
    Column("ever", "tickets ever", "count"),
)


def report(asked: Asked) -> Table:
    """Count for each type, status, field and rule of the settings the tickets that have it, and that ever had it.

    A rule is used by a ticket where a commit names it; no ticket has a rule now. What was ever is not known without
    history. An article that is not retired is used by a ticket that names it now.
    """
    now, ever = _now(asked), _ever(asked)
    rows: list[Sequence[Cell]] = []
    unused: dict[str, list[str]] = {}
    for kind, names in asked.defined.items():
        for name in names:
            had = len(ever[kind, name]) if asked.times is not None else None
            has = None if kind == "rule" else now[kind, name]
            rows.append((kind, name, has, had))
            if not has and not had and (kind != "rule" or had is not None):
                unused.setdefault(kind, []).append(name)
    for name, has in _articles(asked).items():
        rows.append(("article", name, has, None))
        if not has:
            unused.setdefault("article", []).append(name)
    word = "unused" if asked.times is not None else "not used now:"
    notes = [f"{word} {kind}: {', '.join(names)}" for kind, names in unused.items()]
    return Table("Use of the settings", COLUMNS, rows, notes, Chart("bars", "name", ("now",)))


def _articles(asked: Asked) -> dict[str, int]:
    """Return how many tickets name each article that is not retired."""
    if asked.knowledge is None:
        return {}
    found, uses = asked.knowledge.articles, asked.knowledge.uses
    return {one.slug: len(uses.get(one.slug, ())) for one in found if one.status != RETIRED}


def _now(asked: Asked) -> Counter[tuple[str, str]]:
    found = Counter(("type", ticket.type) for ticket in asked.tickets)
    found.update(("status", ticket.status) for ticket in asked.tickets)
    for name in asked.defined.get("field", ()):
        found["field", name] = sum(bool(ticket.get(name)) for ticket in asked.tickets)
    return found


def _ever(asked: Asked) -> dict[tuple[str, str], set[str]]:
    """Return the tickets by each kind and name that they had at some time."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    fields = {*asked.defined.get("field", ()), "type"}
    for ticket in asked.tickets:
        found["type", ticket.type].add(ticket.id)
        for name in fields:
            if ticket.get(name):
                found["field", name].add(ticket.id)
    for ticket_id, times in (asked.times or {}).items():
        for time in times:
            found["status", time.status].add(ticket_id)
    for ticket_id, events in asked.events.items():
        for event in events:
            _add_event(found, fields, ticket_id, event)
    return found


def _add_event(found: dict[tuple[str, str], set[str]], fields: AbstractSet[str], ticket: str, event: Event) -> None:
    if event.kind == CHANGED and event.field in fields:
        _add(found, {event.field}, ticket, {event.field: event.after})
    elif event.kind == CREATED and isinstance(event.after, dict):
        _add(found, fields, ticket, event.after)
    if event.revision.trailers:
        for rule, _ in event.rules:
            found["rule", rule].add(ticket)


def _add(
    found: dict[tuple[str, str], set[str]], fields: AbstractSet[str], ticket: str, values: Mapping[str, object]
) -> None:
    for name in fields:
        if value := values.get(name):
            found["field", name].add(ticket)
            if name == "type":
                found["type", str(value)].add(ticket)
