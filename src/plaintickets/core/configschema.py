"""The JSON Schema of each settings file, made from the table of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.settings import SETTINGS, SHAPES
from plaintickets.core.settings.schema_parts import NAMES, TEXT, closed

if TYPE_CHECKING:
    from plaintickets.core.settings.model import Setting
    from plaintickets.core.settings.schema_parts import Json

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_name(file: str = "config.yml") -> str:
    """Return the name of the file with the schema of a settings file; it is beside that file in a store."""
    return f"{file.removesuffix('.yml')}.schema.json"


def schema_line(file: str = "config.yml") -> str:
    """Return the comment of a settings file that tells editors its schema."""
    return f"# yaml-language-server: $schema={schema_name(file)}"


def schema_text(file: str = "config.yml") -> str:
    """Return the schema as JSON with one line for each setting, so that a new version is a small difference."""
    from json import dumps

    found = schema(file)
    settings = found.pop("properties", {}) if not SETTINGS_FILES[file] else {}
    head = dumps(found, ensure_ascii=False)
    if not settings:
        return head + "\n"
    rows = ",\n".join(f"{dumps(key)}: {dumps(value, ensure_ascii=False)}" for key, value in settings.items())
    return f'{head[:-1]},\n"properties": {{\n{rows}\n}}}}\n'


def schemas() -> dict[str, Json]:
    """Return the schema of each settings file, by the file's name."""
    return {file: schema(file) for file in SETTINGS_FILES}


def schema(file: str = "config.yml") -> Json:
    """Return the schema, JSON Schema 2020-12, of a settings file in a store; that of `config.yml` is the user's too."""
    head: Json = {"$schema": _DIALECT, "title": f"plaintickets {file}"}
    if SETTINGS_FILES[file]:
        return {**head, **_setting(SETTINGS[SETTINGS_FILES[file]])}
    properties: Json = {}
    for setting in SETTINGS.values():
        properties[setting.key] = _setting(setting)
        group, dot, name = setting.key.rpartition(".")
        if dot:
            properties.setdefault(group, closed({}))["properties"][name] = _setting(setting)
    return {**head, **closed(properties)}


def _setting(setting: Setting) -> Json:
    found: Json = {"description": _description(setting), **_shape(setting)}
    if setting.shape not in SHAPES or SHAPES[setting.shape].has_default:
        default = setting.default
        found["default"] = list(default) if isinstance(default, tuple) else default
    return found


def _description(setting: Setting) -> str:
    if "store" in setting.layers:
        return setting.meaning
    return f"{setting.meaning} (In the user's settings only.)"


def _shape(setting: Setting) -> Json:
    """Return the schema of a setting's value, without its description."""
    if setting.shape in SHAPES:
        return SHAPES[setting.shape].schema(setting)
    shapes: dict[str, Json] = {
        "boolean": {"type": "boolean"},
        "choice": {"enum": list(setting.choices)},
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?$"},
        "names": {**NAMES, "items": TEXT} if setting.key in {"approvals.committers", "other_names"} else NAMES,
        "number": {"type": ["integer", "string"], "minimum": 0, "maximum": 4},
        "size": {"type": ["integer", "string"], "minimum": 1024, "pattern": "^[0-9]+ ?[KM]iB$"},
        "template": TEXT,
        "text": TEXT,
    }
    return shapes[setting.shape]
