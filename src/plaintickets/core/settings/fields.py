"""The store's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.builtinfields import RESERVED
from plaintickets.core.config import Field
from plaintickets.core.quoting import quoted
from plaintickets.core.settings import schema_parts
from plaintickets.core.settings.model import CUSTOM_TYPES, Entry, Page, Setting, Shape
from plaintickets.core.settings.reading import named, read_entries

if TYPE_CHECKING:
    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

FIELD_ENTRIES = {
    "description": Entry("text", "One line for people."),
    "multiple": Entry("boolean", "Whether the field holds a list."),
    "type": Entry("choice", "The type of the values.", CUSTOM_TYPES),
    "values": Entry("names", "The only values allowed."),
}
SETTINGS = (
    Setting(
        "fields", "fields",
        "Fields of your own, each with a type and, if the choice is closed, its values. "
        "`severity`, `impact`, `urgency`, `component`, `customer`, `service`, `milestone`, `queue`, `estimate`, "
        "`affects` and `rating` are there without it and may be given another type here.",
        example="fields:\n  severity:\n    type: enum\n    values: [minor, major, blocker]",
    ),
)  # fmt: skip


def read_fields(findings: Findings, where: Where, raw: Value, _: Setting) -> tuple[Field, ...] | None:
    """Return the store's own fields."""
    fields: list[Field] = []
    for name, spot, value in named(findings, where, raw):
        if name.casefold() in RESERVED:
            findings.add(spot, "config-reserved", f"{quoted(name)} is a reserved field name")
            continue
        entries = read_entries(findings, spot, value, FIELD_ENTRIES, short="type")
        field = Field(
            name,
            entries.get("type") or "string",
            entries.get("values") or (),
            bool(entries.get("multiple")),
            entries.get("description") or "",
        )
        if field.type == "enum" and not field.values:
            message = f"field {name} of type enum needs values, e.g. [low, high]"
            findings.add(spot, "config-missing", message)
        fields.append(field)
    return tuple(fields)


def _schema(_: Setting) -> Json:
    names = {**schema_parts.NAME, "not": {"enum": sorted(RESERVED)}}
    return schema_parts.section(FIELD_ENTRIES, "type", {"propertyNames": names})


SHAPES = {"fields": Shape("fields by name", read_fields, _schema)}
PAGES = (Page("A field", "type", FIELD_ENTRIES),)
