"""The parts of a setting: a key, the shape of its value, and the files that may hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from plaintickets.core.config import DEFAULT, VARIABLES, attribute_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.schema_parts import Json
    from plaintickets.core.ticket import Value

Layer = Literal["store", "user"]

CUSTOM_TYPES = (
    "boolean", "date", "datetime", "enum", "integer", "list", "number", "person", "string",
    "text", "ticket",
)  # fmt: skip
TEMPLATE_WORDS = ("count", "id", "status", "title", "type", "verb")
LEVELS = ("error", "warning", "note", "off")
BOTH: tuple[Layer, ...] = ("store", "user")
STORE: tuple[Layer, ...] = ("store",)
USER: tuple[Layer, ...] = ("user",)


class Setting(NamedTuple):
    """A setting: its key, its shape, its meaning, and the files that may hold it.

    `example` is YAML for the template if the default is empty.
    """

    key: str
    shape: str
    meaning: str
    layers: tuple[Layer, ...] = STORE
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the environment variables that set it, the strongest first."""
        return tuple(name for name, key in VARIABLES.items() if key == self.key)

    @property
    def default(self) -> object:
        """Return the value if nothing sets it."""
        return getattr(DEFAULT, attribute_of(self.key))


class Entry(NamedTuple):
    """One key inside a status, a type or a field."""

    shape: str
    meaning: str
    choices: tuple[str, ...] = ()


class Shape(NamedTuple):
    """A kind of value in one section: its name for people, its check, its schema.

    `read` returns the value, or None after it has recorded a problem.
    """

    words: str
    read: Callable[[Findings, Where, Value, Setting], Any]
    schema: Callable[[Setting], Json]
    has_default: bool = False


class Page(NamedTuple):
    """A part of the reference page: the entries of a status, type or field, and the entry that a plain text sets."""

    title: str
    short: str
    entries: Mapping[str, Entry]
