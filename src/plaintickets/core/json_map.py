"""Take the values of a ticket out of JSON by a map from fields to paths, such as `issue.labels.0.name`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONSTANT = "="
MOST_OBJECTS = 10_000
_LONGEST_VALUE = 1024 * 1024


class JsonMapError(ValueError):
    """JSON that cannot be read, or a value in it that no field can hold."""


def objects(text: str) -> Iterator[Any]:
    """Yield the objects of JSON: one, those of a list, or one on each line.

    Raise JsonMapError for other text.
    """
    try:
        found = json.loads(text)
    except RecursionError:
        raise JsonMapError("is nested too deeply") from None
    except ValueError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise JsonMapError(f"is not JSON: {error}") from None
        for line in lines:
            yield from _of_line(line)
        return
    yield from found if isinstance(found, list) else [found]


def _of_line(line: str) -> Iterator[Any]:
    try:
        yield json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JsonMapError(f"a line is not JSON: {error}") from None


def mapped(value: Any, paths: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that a map finds in an object, as texts; a path that leads nowhere gives no field.

    Raise JsonMapError for a value that is an object itself, and for one that is too long.
    """
    if not isinstance(value, dict):
        raise JsonMapError("is not an object")
    found = {}
    for name, path in paths.items():
        text = path[len(CONSTANT) :] if path.startswith(CONSTANT) else _text(_at(value, path), path)
        if text:
            found[name] = text
    return found


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and len(part) < 6:
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def _text(value: Any, path: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        texts = [_text(one, path) for one in value if not isinstance(one, list)]
        return ", ".join(one for one in texts if one)
    if isinstance(value, dict):
        raise JsonMapError(f"{path} is an object; name one of its keys in the map")
    text = str(value).strip()
    if len(text) > _LONGEST_VALUE:
        raise JsonMapError(f"{path} is longer than {_LONGEST_VALUE:,} characters")
    return text
