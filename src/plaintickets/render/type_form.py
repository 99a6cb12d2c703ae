"""The form of a type as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.render.settings import all_fields, columns, field_row

if TYPE_CHECKING:
    from plaintickets.core.config import Config, TicketType


def type_lines(kind: TicketType, config: Config) -> list[str]:
    """Return the fields and sections that a type requires and offers, and what each status requires."""
    fields = all_fields(config)
    groups = {"Required": kind.required, "Required to close": kind.required_to_close, "Offered": kind.offered}
    lines = [kind.name + (f": {kind.description}" if kind.description else "")]
    for title, names in groups.items():
        rows = [field_row(fields[field]) for field in names if field in fields]
        lines += ["", f"{title}:", *columns(rows)] if rows else []
    headings = [[name] for name in (*kind.sections, *(f"{name} (to close)" for name in kind.sections_to_close))]
    lines += ["", "Sections:", *columns(headings)] if headings else []
    lines += _by_status(kind.name, config) if config.has_guards else []
    lines += ["", "It requires no field beyond those of every ticket."] if len(lines) == 1 else []
    return lines


def _by_status(kind: str, config: Config) -> list[str]:
    """Return what the type requires in each status that asks for something."""
    from plaintickets.core.servicedesk.forms import required_at

    rows = [
        (status, ", ".join((*fields, *(f"## {heading}" for heading in headings))))
        for status, (fields, headings) in required_at(kind, config).items()
    ]
    return ["", "Required by status:", *columns(rows)] if rows else []
