"""Parts of the JSON Schema that several sections use."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from plaintickets.core.config_problems import LONGEST_NAME
from plaintickets.core.config_problems import LONGEST_TEXT as LONGEST_TEXT  # noqa: PLC0414 - the sections ask here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.settings.model import Entry

Json: TypeAlias = dict[str, Any]

TEXT: Json = {"type": "string", "maxLength": LONGEST_TEXT}
NAME: Json = {"type": "string", "pattern": r"^[^\s\-.][^\s]*$", "maxLength": LONGEST_NAME}
NAMES: Json = {"type": "array", "items": NAME, "uniqueItems": True}


def section(
    entries: Mapping[str, Entry],
    short: str,
    more: Json,
    *,
    required: list[str] | None = None,
    empty: bool = False,
    shapes: Mapping[str, Json] = MappingProxyType({}),
) -> Json:
    """Return the schema of a section: the entries by name, or the entry `short` alone."""
    full = closed({key: entry(one, shapes) for key, one in entries.items()})
    if required:
        full["required"] = required
    choices = [entry(entries[short]), full, *([{"type": "null"}] if empty else [])]
    return {**named({"anyOf": choices}), **more}


def entry(one: Entry, more: Mapping[str, Json] = MappingProxyType({})) -> Json:
    """Return the schema of one key inside a status, a type or a field; `more` has the schemas of further shapes."""
    shapes: dict[str, Json] = {
        "boolean": {"type": "boolean"},
        "choice": {"enum": list(one.choices)},
        "names": {"type": "array", "items": {"type": ["string", "number"]}, "uniqueItems": True},
        "text": TEXT,
        **more,
    }
    return {"description": one.meaning, **shapes[one.shape]}


def named(value: Json) -> Json:
    """Return the schema of a mapping from names to values of one kind."""
    return {
        "type": "object",
        "propertyNames": NAME,
        "additionalProperties": value,
        "minProperties": 1,
    }


def closed(properties: Json) -> Json:
    """Return the schema of a mapping with these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}
