"""The arguments of tools: the JSON schema that clients see, and the check of what they send."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_LINE = 4_000
LONGEST_TEXT = 1_000_000
MOST_ITEMS = 200
MOST = 1_000_000
_LINE = {"type": "string", "maxLength": LONGEST_LINE}
_SCHEMAS: dict[str, dict[str, object]] = {
    "line": _LINE,
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "word": {"type": ["string", "integer"], "maxLength": LONGEST_LINE},
    "lines": {"type": "array", "items": _LINE, "maxItems": MOST_ITEMS},
    "flag": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 0, "maximum": MOST},
    "share": {"type": "number", "minimum": 0, "maximum": 1},
}
_EMPTY: dict[str, object] = {"line": "", "text": "", "word": "", "lines": (), "flag": False, "count": 0}
_NAMES = {
    "line": "a string", "text": "a string", "word": "a string", "lines": "a list of strings",
    "flag": "true or false", "count": f"a whole number from 0 to {MOST}", "share": "a number from 0 to 1",
}  # fmt: skip


class Parameter(NamedTuple):
    """One argument of a tool: what it holds, what it is for, and its value if it is absent.

    The kinds are `line` and `text`, `word` (a number is taken too), `lines`, `flag`, `count` and `share`.
    """

    kind: str
    about: str
    is_required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()

    @property
    def absent(self) -> object:
        """Return the value of an argument that is not given."""
        return _EMPTY.get(self.kind) if self.default is None else self.default

    @property
    def schema(self) -> dict[str, object]:
        """Return the JSON schema of the argument."""
        more: dict[str, object] = {"enum": list(self.choices)} if self.choices else {}
        if self.kind == "lines" and self.is_required:
            more["minItems"] = 1
        if self.default is not None:
            more["default"] = self.default
        return {**_SCHEMAS[self.kind], "description": self.about, **more}


def schema_of(parameters: Mapping[str, Parameter]) -> dict[str, object]:
    """Return the JSON schema of the arguments of a tool."""
    return {
        "type": "object",
        "properties": {name: parameter.schema for name, parameter in parameters.items()},
        "required": [name for name, parameter in parameters.items() if parameter.is_required],
        "additionalProperties": False,
    }


def checked(tool: str, parameters: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, object]:
    """Return a value for each argument; null is the same as absent.

    Raise UsageError for an unknown argument, a missing one, and a value that does not fit.
    """
    for name in given:
        if name not in parameters:
            known = f"{tool} takes {', '.join(parameters)}." if parameters else f"{tool} takes none."
            raise UsageError(f"{tool} has no argument {quoted(name)}", hint=did_you_mean(name, parameters) or known)
    values = {}
    for name, parameter in parameters.items():
        value = given.get(name)
        if value is None or (parameter.is_required and value in ("", [])):
            if parameter.is_required:
                raise UsageError(f"{tool} needs the argument '{name}'", hint=f"{name}: {parameter.about}")
            values[name] = parameter.absent
        else:
            values[name] = _fit(name, parameter, value)
    return values


def _fit(name: str, parameter: Parameter, value: object) -> object:
    """Return a value as the tool takes it.

    Raise UsageError for one that does not fit.
    """
    kind = parameter.kind
    if kind == "lines" and isinstance(value, list):
        if len(value) > MOST_ITEMS:
            raise UsageError(f"{name} has {len(value):,} items, more than {MOST_ITEMS}", hint="call the tool again.")
        return tuple(_text(name, item, LONGEST_LINE, _NAMES[kind]) for item in value)
    if kind == "word" and _is_number(value, int) and abs(value) <= MOST:  # type: ignore[arg-type]
        return str(value)
    if kind in ("line", "text", "word"):
        text = _text(name, value, LONGEST_TEXT if kind == "text" else LONGEST_LINE, _NAMES[kind])
        if parameter.choices and text not in parameter.choices:
            hint = did_you_mean(text, parameter.choices) or f"write {' or '.join(parameter.choices)}."
            raise UsageError(f"{name} cannot be {quoted(text)}", hint=hint)
        return text
    if (
        (kind == "flag" and isinstance(value, bool))
        or (kind == "count" and _is_number(value, int) and 0 <= value <= MOST)  # type: ignore[operator]
        or (kind == "share" and _is_number(value, int, float) and 0 <= value <= 1)  # type: ignore[operator]
    ):
        return value
    raise UsageError(f"{name} is not {_NAMES[kind]}", hint=f"{name}: {parameter.about}")


def _is_number(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _text(name: str, value: object, longest: int, wanted: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is not {wanted}")
    if len(value) > longest:
        raise UsageError(f"{name} has {len(value):,} characters, more than {longest:,}", hint="write less.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{name} has half a character (a lone surrogate)", hint="send whole characters.") from None
    return value
