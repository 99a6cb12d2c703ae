"""The form of a type as a JSON Schema, from which a web form can be built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.pipelines import pipeline_named, statuses_of
from plaintickets.core.servicedesk.forms import demand_of_new, required_at
from plaintickets.render.settings import all_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.config import Config, Field, TicketType

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS: dict[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
}


def form_schema(kind: TicketType, config: Config) -> dict[str, object]:
    """Return the schema, JSON Schema 2020-12, of the fields and sections of a ticket of a type.

    What a new ticket needs is required; what a status needs is required where the key `status` has it.
    """
    fields = all_fields(config)
    demand = demand_of_new(kind.name, "", config)
    required = dict.fromkeys(("title", *kind.required, *demand.fields))
    later = required_at(kind.name, config)
    asked = dict.fromkeys((*required, *kind.offered, *(name for names, _ in later.values() for name in names)))
    headings = dict.fromkeys((*kind.sections, *demand.sections, *(one for _, names in later.values() for one in names)))
    properties: dict[str, Any] = {
        "type": {"const": kind.name, "default": kind.name, "description": "What kind of ticket it is"},
        "status": _status(kind, config),
    }
    properties |= {name: _property(fields[name], config) for name in asked if name in fields and name not in properties}
    if headings:
        properties["sections"] = _sections(headings, dict.fromkeys((*kind.sections, *demand.sections)))
    schema: dict[str, object] = {
        "$schema": DIALECT,
        "title": kind.name,
        "description": kind.description,
        "type": "object",
        "properties": properties,
        "required": list(required) + (["sections"] if kind.sections or demand.sections else []),
    }
    rules = [_rule(status, names, sections) for status, (names, sections) in later.items()]
    return {**schema, "allOf": rules} if rules else schema


def _status(kind: TicketType, config: Config) -> dict[str, Any]:
    statuses = statuses_of(pipeline_named(kind.name, "", config), config)
    first = next((status.name for status in statuses if status.kind == "open"), "")
    return {"enum": [status.name for status in statuses], "default": first, "description": "Where it stands"}


def _property(field: Field, config: Config) -> dict[str, Any]:
    """Return the schema of the value of a field."""
    one: dict[str, Any] = dict(_FORMATS.get(field.type, {"type": "string", "minLength": 1}))
    found: dict[str, Any]
    if field.type == "priority":
        found = {"enum": list(config.priorities), "default": config.priorities[config.default_priority]}
    elif field.type == "resolution":
        found = {"enum": list(config.resolutions)}
    elif field.values:
        values = [int(value) for value in field.values] if field.type == "integer" else list(field.values)
        found = {"enum": values}
    elif field.type == "person" and config.people_details:
        found = {"enum": list(config.people_details)}
    elif field.name == "queue" and config.queues:
        found = {"enum": list(config.queues)}
    else:
        found = one
    if field.multiple or field.type == "list":
        items = found if field.values or field.type != "list" else {"type": "string", "minLength": 1}
        found = {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}
    return {"description": field.description, **found} if field.description else found


def _sections(headings: Iterable[str], required: Iterable[str]) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    found: dict[str, Any] = {"type": "object", "properties": {heading: dict(text) for heading in headings}}
    return {**found, "required": list(required), "description": "The text below each heading"}


def _rule(status: str, fields: Iterable[str], sections: Iterable[str]) -> dict[str, Any]:
    then: dict[str, Any] = {"required": [*fields, *(["sections"] if sections else [])]}
    if sections:
        then["properties"] = {"sections": {"required": [*sections]}}
    return {"if": {"properties": {"status": {"const": status}}, "required": ["status"]}, "then": then}
