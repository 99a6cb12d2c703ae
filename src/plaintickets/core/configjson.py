"""A configuration as plain JSON types, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.config import DEFAULT, KINDS, SCHEMA, Config, Field, Silence, Status, TicketType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PLAIN = (
    *("calendars", "dashboards", "people_details", "pipelines", "policy", "queues"),
    *("recurring", "routes", "rules", "services", "sla"),
    *("triage_matrix", "triage_rules"),
)
"""Settings that are checked mappings of mappings already."""
MIXED = ("intake", "notify")
"""Settings that are checked mappings already, of whatever values."""
NUMBERS = {"duplicates_weights": float, "limits": int}
"""Mappings to numbers; other flat mappings are to texts."""
RECORDS = {"statuses": Status, "types": TicketType, "fields": Field, "check_silence": Silence}


def pack(config: Config) -> dict[str, object]:
    """Return the configuration as dicts, lists, strings, numbers and booleans."""
    packed: dict[str, object] = {"schema": SCHEMA}
    for name in Config._fields:
        value = getattr(config, name)
        if name in RECORDS:
            packed[name] = [_record(entry) for entry in value]
        elif isinstance(value, tuple):
            packed[name] = list(value)
        elif isinstance(value, (str, int)):
            packed[name] = value
        else:
            packed[name] = dict(value)
    return packed


def unpack(raw: object) -> Config:
    """Return the configuration that `pack` gave; raises ValueError for anything else."""
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise ValueError("not a configuration of this schema")
    if set(raw) != {"schema", *Config._fields}:
        raise ValueError("not the keys of a configuration")
    values: dict[str, object] = {}
    for name in Config._fields:
        value, default = raw[name], getattr(DEFAULT, name)
        if name in RECORDS:
            values[name] = tuple(UNPACKERS[name](entry) for entry in _list(value))
        elif isinstance(default, tuple):
            values[name] = _strings(value)
        elif name in PLAIN:
            values[name] = _plain(value)
        elif name in MIXED:
            values[name] = _entries(value)
        elif isinstance(default, dict):
            values[name] = _mapping(value, NUMBERS.get(name, str))
        elif type(value) is type(default):
            values[name] = value
        else:
            raise ValueError(name)
    return Config(**values)  # type: ignore[arg-type]  # each checked against its default above


def _record(entry: Status | TicketType | Field | Silence) -> list[object]:
    return [list(value) if isinstance(value, tuple) else value for value in entry]


def _status(raw: object) -> Status:
    name, kind, transitions, description, guards = _sized(raw, 5)
    if kind not in KINDS:
        raise ValueError("class of a status")
    allowed = None if transitions is None else _strings(transitions)
    return Status(_text(name), kind, allowed, _text(description), _entries(guards))


def _type(raw: object) -> TicketType:
    name, description, *lists, required_at = _sized(raw, len(TicketType._fields))
    values = dict(zip(TicketType._fields[2:], map(_strings, lists), strict=False))
    return TicketType(_text(name), _text(description), **values, required_at=_entries(required_at))


def _field(raw: object) -> Field:
    name, kind, values, multiple, description = _sized(raw, 5)
    if not isinstance(multiple, bool):
        raise ValueError("multiple")  # noqa: TRY004 - one exception for every damage
    return Field(_text(name), _text(kind), _strings(values), multiple, _text(description))


def _silence(raw: object) -> Silence:
    return Silence(*_texts(_sized(raw, len(Silence._fields))))


UNPACKERS: dict[str, Callable[[object], Status | TicketType | Field | Silence]] = {
    "check_silence": _silence,
    "fields": _field,
    "statuses": _status,
    "types": _type,
}


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("not a list")  # noqa: TRY004
    return value


def _sized(value: object, size: int) -> list[object]:
    entries = _list(value)
    if len(entries) != size:
        raise ValueError("length")
    return entries


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")  # noqa: TRY004
    return value


def _strings(value: object) -> tuple[str, ...]:
    return _texts(_list(value))


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _mapping(value: object, kind: type) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(type(entry) is kind for entry in value.values()):
        raise ValueError("not a mapping of such values")
    return dict(zip(_texts(value), value.values(), strict=True))


def _entries(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not a mapping")  # noqa: TRY004
    return value


def _plain(value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise ValueError("not a mapping of mappings")
    return value
