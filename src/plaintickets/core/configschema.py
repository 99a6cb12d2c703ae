"""The JSON Schema of `config.yml`, made from the table of settings."""

from __future__ import annotations

from typing import Any, TypeAlias

from plaintickets.core.builtinfields import RESERVED
from plaintickets.core.checks.rules import RULES
from plaintickets.core.config_problems import LONGEST_NAME, LONGEST_TEXT
from plaintickets.core.settings import (
    FIELD_ENTRIES,
    LEVELS,
    SCHEMA_URL,
    SETTINGS,
    SILENCE_ENTRIES,
    STATUS_ENTRIES,
    TYPE_ENTRIES,
    Entry,
    Setting,
)

Json: TypeAlias = dict[str, Any]

_TEXT: Json = {"type": "string", "maxLength": LONGEST_TEXT}
_NAME: Json = {"type": "string", "pattern": r"^[^\s\-.][^\s]*$", "maxLength": LONGEST_NAME}
_NAMES: Json = {"type": "array", "items": _NAME, "uniqueItems": True}


def schema() -> Json:
    """Return the schema, JSON Schema 2020-12, of the file in a store and of the user's."""
    properties: Json = {}
    for setting in SETTINGS.values():
        properties[setting.key] = _setting(setting)
        group, dot, name = setting.key.rpartition(".")
        if dot:
            properties.setdefault(group, _closed({}))["properties"][name] = _setting(setting)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_URL,
        "title": "plaintickets config.yml",
        **_closed(properties),
    }


def _setting(setting: Setting) -> Json:
    found: Json = {"description": _description(setting), **_shape(setting)}
    if setting.shape not in {"fields", "levels", "queries", "silences", "statuses", "types"}:
        default = setting.default
        found["default"] = list(default) if isinstance(default, tuple) else default
    return found


def _description(setting: Setting) -> str:
    if "store" in setting.layers:
        return setting.meaning
    return f"{setting.meaning} (In the user's settings only.)"


def _shape(setting: Setting) -> Json:
    """Return what a setting may be, without its description."""
    shapes: dict[str, Json] = {
        "boolean": {"type": "boolean"},
        "choice": {"enum": list(setting.choices)},
        "fields": _section(FIELD_ENTRIES, "type", {"propertyNames": _field_name()}),
        "levels": _levels(),
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?$"},
        "names": {**_NAMES, "items": _TEXT} if setting.key in ("aliases", "people") else _NAMES,
        "number": {"type": ["integer", "string"], "minimum": 0, "maximum": 4},
        "priorities": _priorities(),
        "queries": _named(_TEXT),
        "silences": {"type": "array", "items": _silence()},
        "size": {"type": ["integer", "string"], "minimum": 1024, "pattern": "^[0-9]+ ?[KM]iB$"},
        "statuses": _section(STATUS_ENTRIES, "class", {}, required=["class"]),
        "template": _TEXT,
        "text": _TEXT,
        "types": {"anyOf": [_section(TYPE_ENTRIES, "description", {}, empty=True), _NAMES]},
        "words": {"anyOf": [_NAMES, _named({"type": ["string", "null"], "maxLength": LONGEST_TEXT})]},
    }
    return shapes[setting.shape]


def _section(
    entries: dict[str, Entry],
    short: str,
    more: Json,
    *,
    required: list[str] | None = None,
    empty: bool = False,
) -> Json:
    """Return the schema of a section: by name the entries, or the entry `short` alone."""
    full = _closed({key: _entry(entry) for key, entry in entries.items()})
    if required:
        full["required"] = required
    choices = [_entry(entries[short]), full, *([{"type": "null"}] if empty else [])]
    return {**_named({"anyOf": choices}), **more}


def _entry(entry: Entry) -> Json:
    shapes: dict[str, Json] = {
        "boolean": {"type": "boolean"},
        "choice": {"enum": list(entry.choices)},
        "names": {"type": "array", "items": {"type": ["string", "number"]}, "uniqueItems": True},
        "text": _TEXT,
    }
    return {"description": entry.meaning, **shapes[entry.shape]}


def _levels() -> Json:
    codes = [rule.code for rule in RULES.values() if not rule.fixed]
    return _closed({code: {"description": RULES[code].summary, "enum": list(LEVELS)} for code in codes})


def _silence() -> Json:
    entries = {key: _entry(entry) for key, entry in SILENCE_ENTRIES.items()}
    entries["rule"] = {"enum": [rule.code for rule in RULES.values() if rule.group != "settings"]}
    return {**_closed(entries), "required": ["reason", "rule"]}


def _priorities() -> Json:
    numbers = {str(number): _NAME for number in range(5)}
    return {"anyOf": [{**_NAMES, "minItems": 1, "maxItems": 5}, _closed(numbers)]}


def _field_name() -> Json:
    return {**_NAME, "not": {"enum": sorted(RESERVED)}}


def _named(value: Json) -> Json:
    return {
        "type": "object",
        "propertyNames": _NAME,
        "additionalProperties": value,
        "minProperties": 1,
    }


def _closed(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}
