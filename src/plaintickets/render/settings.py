"""Settings, types and fields as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.config import attribute_of
from plaintickets.core.configjson import PLAIN
from plaintickets.core.settings import SETTINGS
from plaintickets.render.width import padded, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plaintickets.core.config import Config, Field, Status, TicketType


def setting_text(config: Config, key: str) -> str:
    """Return the value of one setting on one line, empty if there is none."""
    value = getattr(config, attribute_of(key))
    if isinstance(value, bool):
        return "true" if value else "false"
    if key == "check.silence":
        return ", ".join(f"{entry.rule} for {entry.ticket}" for entry in value)
    if isinstance(value, tuple):
        return ", ".join(entry if isinstance(entry, str) else entry.name for entry in value)
    if key in PLAIN:
        return ", ".join(value)
    if key == "queries":
        return ", ".join(f"@{name}" for name in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" if text else name for name, text in value.items())
    return str(value)


def setting_value(config: Config, key: str) -> object:
    """Return the value of one setting as plain JSON types."""
    value: Any = getattr(config, attribute_of(key))
    if key == "statuses":
        return [status_object(status) for status in value]
    if key == "types":
        return [type_object(kind) for kind in value]
    if key == "fields":
        return [field_object(field) for field in value]
    if isinstance(value, tuple):
        return [entry if isinstance(entry, str) else entry._asdict() for entry in value]
    return dict(value) if isinstance(value, dict) else value


def settings_object(config: Config) -> dict[str, object]:
    """Return every setting with its value and its source, by key."""
    return {key: {"value": setting_value(config, key), "source": config.source(key)} for key in SETTINGS}


def status_object(status: Status) -> dict[str, object]:
    """Return a status; `transitions` is null if every transition is allowed."""
    follow = None if status.transitions is None else list(status.transitions)
    return {
        "name": status.name,
        "class": status.kind,
        "transitions": follow,
        "guards": dict(status.guards),
        "description": status.description,
    }


def type_object(kind: TicketType) -> dict[str, object]:
    """Return a type with the fields that it requires."""
    return {
        "name": kind.name,
        "description": kind.description,
        "required": list(kind.required),
        "required_to_close": list(kind.required_to_close),
        "offered": list(kind.offered),
        "sections": list(kind.sections),
        "sections_to_close": list(kind.sections_to_close),
        "required_at": dict(kind.required_at),
    }


def field_object(field: Field) -> dict[str, object]:
    """Return a field; `values` is empty if any value of its type is allowed."""
    return {
        "name": field.name,
        "type": field.type,
        "multiple": field.multiple,
        "values": list(field.values),
        "description": field.description,
    }


def field_row(field: Field) -> tuple[str, str, str]:
    """Return a field as cells: its name, its type, and what it is."""
    kind = f"list of {field.type}" if field.multiple else field.type
    values = f" ({' '.join(field.values)})" if field.values else ""
    return field.name, kind, field.description + values


def all_fields(config: Config) -> Mapping[str, Field]:
    """Return configured and built-in fields; configured ones come first and may replace a built-in field."""
    return {**{field.name: field for field in config.fields}, **_others(config)}


def _others(config: Config) -> dict[str, Field]:
    own = {field.name for field in config.fields}
    return {name: field for name, field in BUILTIN_FIELDS.items() if name not in own}


def columns(rows: Iterable[Sequence[str]], indent: str = "  ") -> list[str]:
    """Return rows of cells as aligned lines."""
    rows = [list(row) for row in rows]
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]) - 1)] if rows else []
    lines = []
    for row in rows:
        cells = [padded(cell, columns) for cell, columns in zip(row, widths, strict=False)]
        lines.append((indent + "  ".join([*cells, row[-1]])).rstrip())
    return lines
