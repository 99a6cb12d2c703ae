"""The types of tickets, with the fields that each requires and offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import TicketType
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.guards import requirements_schema
from plaintickets.core.settings.model import Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named, read_entries

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

LISTS_OF_TYPE = ("required", "required_to_close", "offered", "sections", "sections_to_close")
TYPE_ENTRIES = {
    "description": Entry("text", "One line for people."),
    "offered": Entry("names", "Fields that the form offers."),
    "required": Entry("names", "Fields that a new ticket must have."),
    "required_at": Entry(
        "requirements by status",
        "By status, the fields and headings (`## Root cause`) that a ticket must have to enter it.",
    ),
    "required_to_close": Entry("names", "Fields that a ticket must have to be closed."),
    "sections": Entry("names", "Headings below which a ticket must hold text, for `tk check`."),
    "sections_to_close": Entry("names", "Headings below which a closed ticket must hold text, for `tk check`."),
}
SETTINGS = (
    Setting(
        "types", "types",
        "Each type with the fields that a new ticket requires, the fields "
        "that a closed one requires, and the fields that its form offers. The list is complete.",
    ),
)  # fmt: skip


def read_types(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[TicketType, ...] | None:
    """Return the types, from a mapping or from a plain list of names."""
    if isinstance(raw, list):
        return tuple(TicketType(name) for name in findings.names(where, raw) or ()) or None
    types: list[TicketType] = []
    for name, spot, value in named(findings, where, raw):
        entries = read_entries(findings, spot, value, TYPE_ENTRIES, short="description")
        lists = {key: entries.get(key) or () for key in LISTS_OF_TYPE}
        types.append(
            TicketType(name, entries.get("description") or "", **lists, required_at=entries.get("required_at") or {})
        )
    return tuple(types) or None


def _schema(_: Setting) -> Json:
    by_status: Json = {"type": "object", "additionalProperties": requirements_schema()}
    shapes = {"requirements by status": by_status}
    full = schema_parts.section(TYPE_ENTRIES, "description", {}, empty=True, shapes=shapes)
    return {"anyOf": [full, schema_parts.NAMES]}


SHAPES = {"types": Shape("types by name", read_types, _schema)}
PAGES = (Page("A type", "description", TYPE_ENTRIES),)
