"""The text of a configuration file, as a mapping with the line of each entry.

The YAML is read from its events. Every scalar stays the typed text, and nothing is built. Aliases, anchors and tags,
which could grow or run code, are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.errors import MissingLibraryError

try:
    import yaml
    from yaml import events
except ImportError as error:
    raise MissingLibraryError("reads config.yml", error) from None

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.config_problems import Where
    from plaintickets.core.ticket import Value

    Loader: TypeAlias = yaml.SafeLoader | yaml.CSafeLoader
    Read: TypeAlias = "tuple[dict[str, Value], dict[Where, int]]"

DEEPEST = 16
MOST_NODES = 10_000
LOADER: type[Loader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Characters that YAML does not allow; reported here with a line, which the C reader does not give.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>)(?: |$)", re.MULTILINE)


class ConfigSyntaxError(ValueError):
    """An error for a configuration file that cannot be read as one mapping; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_yaml(content: bytes, path: str, loader: type[Loader] = LOADER, *, key: str = "") -> Read:
    """Return the mapping of a file, and the line of each key and list item.

    With `key`, the file may hold any value and is read as that of the key.

    Raises ConfigSyntaxError, with the line, for anything but plain YAML.
    """
    text = _decode(content, path)
    reader = _EventReader(path, yaml.parse(text, Loader=loader))
    try:
        tree = reader.read(key)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = ", ".join(part for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else 0
        if "nesting depth" in message:  # newer versions of libyaml count by themselves
            raise _fault(path, line, "too-deep", "nested too deeply") from None
        raise _fault(path, line, "yaml-syntax", f"not YAML: {message}") from None
    except (yaml.YAMLError, RecursionError):
        raise _fault(path, 0, "yaml-syntax", "not YAML") from None
    if key and _repeats(tree.get(key, ""), key):
        line = reader.positions.get((key, key), 1)
        name = path.rpartition("/")[2]
        message = f"{name} holds what stands under `{key}` in config.yml; leave out the line `{key}:`"
        raise _fault(path, line, "config-type", message)
    return tree, reader.positions


def _repeats(value: Value, key: str) -> bool:
    """Tell whether the value of a key begins with the key again; one entry of that name is no repetition."""
    if not isinstance(value, dict) or list(value) != [key]:
        return False
    inner = value[key]
    if isinstance(inner, dict):
        return bool(inner) and all(isinstance(entry, dict) for entry in inner.values())
    return isinstance(inner, list)


def _decode(content: bytes, path: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _fault(path, line, "encoding", "not UTF-8") from None
    for pattern, code, message in (
        (_UNFIT, "yaml-character", "a control character"),
        (_CONFLICT, "conflict-markers", "a conflict marker of a merge"),
    ):
        if match := pattern.search(text):
            raise _fault(path, text.count("\n", 0, match.start()) + 1, code, message)
    return text


def _fault(path: str, line: int, code: str, message: str) -> ConfigSyntaxError:
    return ConfigSyntaxError(Problem(path, line, code, message))


class _EventReader:
    """A reader of a document's events, in one pass."""

    def __init__(self, path: str, stream: Iterator[events.Event]) -> None:
        self.positions: dict[Where, int] = {}
        self._path = path
        self._stream = stream
        self._nodes = 0

    def read(self, key: str = "") -> dict[str, Value]:
        """Return the one mapping of the stream, {} for an empty one; with `key`, any value as that of the key."""
        tree: dict[str, Value] = {}
        documents = 0
        for event in self._stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._fault(event, "yaml-documents", "more than one YAML document")
            elif isinstance(event, events.NodeEvent):
                if key:
                    self.positions[(key,)] = _line(event)
                value = self._value(event, (key,) if key else ())
                if key:
                    tree = {key: value}
                elif isinstance(value, dict):
                    tree = value
                elif value != "":
                    message = "the file must be a mapping (`name: value` lines)"
                    raise self._fault(event, "config-type", message)
        return tree

    def _value(self, event: events.Event, where: Where) -> Value:
        """Return the node that begins with an event."""
        self._check(event, where)
        if isinstance(event, events.ScalarEvent):
            # A plain scalar has the style None from the Python reader and "" from libyaml.
            null = not event.style and event.value in {"~", "null", "Null", "NULL"}
            return "" if null else str(event.value)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(where)
        items: list[Value] = []
        while not isinstance(event := next(self._stream), events.SequenceEndEvent):
            spot = (*where, len(items))
            self.positions[spot] = _line(event)
            items.append(self._value(event, spot))
        return items

    def _mapping(self, where: Where) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(self._stream), events.MappingEndEvent):
            self._check(event, where)
            if not isinstance(event, events.ScalarEvent):
                raise self._fault(event, "key-not-text", "a key must be a plain word")
            key, spot = str(event.value), (*where, str(event.value))
            if key in entries:
                message = f"duplicate key {quoted(key)}, first on line {self.positions[spot]}"
                raise self._fault(event, "duplicate-key", message)
            self.positions[spot] = _line(event)
            entries[key] = self._value(next(self._stream), spot)
        return entries

    def _check(self, event: events.Event, where: Where) -> None:
        """Refuse YAML features that a configuration does not need."""
        if isinstance(event, events.AliasEvent):
            raise self._fault(event, "yaml-alias", "aliases are not allowed")
        if getattr(event, "anchor", None) is not None:
            raise self._fault(event, "yaml-alias", "anchors are not allowed")
        if getattr(event, "tag", None) is not None:
            raise self._fault(event, "yaml-tag", "tags (`!…`) are not allowed")
        if len(where) > DEEPEST:
            raise self._fault(event, "too-deep", "nested too deeply")
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._fault(event, "yaml-size", "too many entries")

    def _fault(self, event: events.Event, code: str, message: str) -> ConfigSyntaxError:
        return _fault(self._path, _line(event), code, message)


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
