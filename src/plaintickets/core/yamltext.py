"""Read values that need a whole YAML parser, from PyYAML's events without its object construction.

Events are linear in the input; aliases, anchors, tags, deep nesting and duplicate keys are refused before anything is
built from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.split import FrontMatterFault, Located
from plaintickets.errors import MissingLibraryError

try:
    import yaml
except ImportError as error:
    raise MissingLibraryError("reads YAML that is not plain lines", error) from None

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.frontmatter import Value

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 20
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
# YAML 1.1 breaks lines at these, YAML 1.2 does not: they travel through the parser as noncharacters.
_HIDDEN = {0x85: 0xFDD0, 0x2028: 0xFDD1, 0x2029: 0xFDD2}
_SHOWN = {hidden: shown for shown, hidden in _HIDDEN.items()}


def read_mapping(text: str) -> Located:
    """Return the one mapping in `text`.

    Raises FrontMatterFault.
    """
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise FrontMatterFault(mark.line if mark else 0, "yaml-syntax", what or "not YAML") from None
    except yaml.YAMLError as error:
        raise FrontMatterFault(0, "yaml-character", f"a character that YAML does not allow: {_reason(error)}") from None


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line if mark else 0


def _reason(error: yaml.YAMLError) -> str:
    character = getattr(error, "character", None)
    return f"U+{character:04X}" if isinstance(character, int) else "unreadable"


class _Reader:
    def __init__(self, text: str) -> None:
        if any(chr(code) in text for code in _SHOWN):
            raise FrontMatterFault(0, "yaml-character", "a Unicode noncharacter")
        self._events: Iterator[yaml.Event] = yaml.parse(text.translate(_HIDDEN), Loader=_Parser)

    def document(self) -> Located:
        found = Located()
        self._expect(yaml.StreamStartEvent)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return found
        event = next(self._events)
        if isinstance(event, yaml.ScalarEvent) and event.value in _NULLS:
            return found
        if not isinstance(event, yaml.MappingStartEvent):
            message = "the front matter is not a list of `key: value` lines"
            raise FrontMatterFault(_line(event), "not-a-mapping", message)
        self._refuse_properties(event)
        found.flow = bool(event.flow_style)
        found.values = self._mapping(1, found.lines)
        self._expect(yaml.DocumentEndEvent)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise FrontMatterFault(_line(event), "yaml-documents", "more than one YAML document")
        return found

    def _expect(self, kind: type[yaml.Event]) -> None:
        event = next(self._events)
        if not isinstance(event, kind):
            raise FrontMatterFault(_line(event), "yaml-syntax", "unexpected YAML structure")

    def _mapping(self, depth: int, lines: list[int] | None = None) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._refuse_properties(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise FrontMatterFault(_line(event), "key-not-text", "a key that is not a word")
            key, line = event.value.translate(_SHOWN), _line(event)
            if key in values:
                raise FrontMatterFault(line, "duplicate-key", f"the key '{key}' stands twice")
            if not event.style and key == "<<":  # "" from libyaml, None from the Python reader
                raise FrontMatterFault(line, "merge-key", "YAML merge keys are not allowed")
            value_event = next(self._events)
            values[key] = self._value(value_event, depth + 1)
            if lines is not None:
                lines.append(line)
        return values

    def _value(self, event: yaml.Event, depth: int) -> Value:
        self._refuse_properties(event)
        if depth > MAX_DEPTH:
            raise FrontMatterFault(_line(event), "too-deep", f"nested more than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            if not event.style and event.value in _NULLS:
                return ""
            return str(event.value.translate(_SHOWN))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    @staticmethod
    def _refuse_properties(event: yaml.Event) -> None:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterFault(line, "yaml-alias", "YAML anchors and aliases are not allowed")
        if getattr(event, "tag", None) not in (None, "!"):
            raise FrontMatterFault(line, "yaml-tag", "YAML tags are not allowed")
