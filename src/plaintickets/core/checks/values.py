"""Find values that the configuration does not know, or that the type of their field cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import BUILTIN_FIELDS, SHAPED
from plaintickets.core.checks.finding import shell
from plaintickets.core.dates import DATES
from plaintickets.core.fields import described_names, find_field, is_described, is_list, is_unreadable, misfit
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.checks.finding import Examined, Finding
    from plaintickets.core.config import Field
    from plaintickets.core.ticket import Ticket, Value

_NAMED = {"resolution": "resolutions", "status": "statuses", "type": "types"}


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each value that its field does not allow."""
    fields = {name: find_field(examined.config, name) for name in _NAMED}
    fields |= {field.name: field for field in examined.config.fields if field.values}
    names = [name for name in BUILTIN_FIELDS if name not in SHAPED] + [field.name for field in examined.config.fields]
    shaped = [find_field(examined.config, name) for name in dict.fromkeys(names)]
    shaped = [field for field in shaped if is_list(field) or field.type not in DATES]  # `bad-date` looks at those
    shaped_names = frozenset(field.name for field in shaped)
    given = {name: described_names(examined.config, name) for name in ("queue", "service")}
    described = {name: names for name, names in given.items() if names}
    for ticket in examined.tickets:
        if not shaped_names.isdisjoint(ticket.keys):
            yield from _misfits(examined, ticket, shaped)
        for name, field in fields.items():
            if not field.multiple and ticket.keys.get(name) in field.values:
                continue
            for value in ticket.items(name) if field.multiple else (ticket.text(name),):
                if value and value not in field.values:
                    message = f"unknown {name} {quoted(value)}"
                    code = f"unknown-{name}" if name in _NAMED else "unknown-value"
                    yield examined.at(ticket, name, code, message, _mend(ticket.id, field, value))
        for name, known in described.items():
            value = ticket.text(name)
            if value and not is_described(value, known):
                change = shell("tk", "set", ticket.id, f"{name}={(nearest(value, known) or ['NAME'])[0]}")
                remedy = f"{change}, or describe it under `{name}s` in the settings"
                yield examined.at(ticket, name, "unknown-value", f"unknown {name} {quoted(value)}", remedy)
        if ticket.priority is None and not _is_configured_priority(examined, ticket.text("priority")):
            message = f"priority {quoted(ticket.text('priority'))} cannot be read"
            yield examined.at(ticket, "priority", "bad-priority", message, shell("tk", "set", ticket.id, "priority=2"))


def _misfits(examined: Examined, ticket: Ticket, fields: Iterable[Field]) -> Iterator[Finding]:
    for field in fields:
        value = ticket.get(field.name)
        if value and is_unreadable(value, field):
            yield examined.at(ticket, field.name, "bad-value", _unreadable(field, value), _correct(ticket))


def _unreadable(field: Field, value: Value | None) -> str:
    what = misfit(value, field)
    return f"{field.name} holds {what}" if what else f"{field.name} {quoted(str(value))} is no {field.type}"


def _correct(ticket: Ticket) -> str:
    return f"correct it with `{shell('tk', 'edit', ticket.id)}`, or describe the field under `fields` in config.yml"


def _is_configured_priority(examined: Examined, text: str) -> bool:
    return text.casefold() in (name.casefold() for name in examined.config.priorities)


def _mend(ticket_id: str, field: Field, value: str) -> str:
    near = nearest(value, field.values)
    setting = _NAMED.get(field.name, f"fields.{field.name}.values")
    right = near[0] if near else "VALUE"
    change = ("status", ticket_id, right) if field.name == "status" else ("set", ticket_id, f"{field.name}={right}")
    return f"{shell('tk', *change)}, or name it under `{setting}` in config.yml"
