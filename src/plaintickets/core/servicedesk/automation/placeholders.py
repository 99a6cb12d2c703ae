"""Placeholders in the texts of rules: `{title}` is replaced by a value, and nothing is evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

OWN = ("id", "left", "field")
"""Placeholders that are no field: the id, the time left, the field whose change fired the rule."""
LONGEST = 500
_PLACE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][\w.-]*)\}")


def placeholders(text: str) -> Iterator[tuple[str, int]]:
    """Yield each placeholder of a text, with its line counted from 0."""
    for match in _PLACE.finditer(text):
        if match[1]:
            yield match[1], text.count("\n", 0, match.start())


def unknown(text: str, fields: Collection[str]) -> list[tuple[str, int]]:
    """Return the placeholders that are neither a field nor one of `OWN`."""
    return [(name, line) for name, line in placeholders(text) if name not in OWN and name not in fields]


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """Return the text with each placeholder replaced, once; `{{` and `}}` are braces.

    A value is cut to 500 characters, on one line, so that a hostile ticket cannot fill a text.
    """

    def replacement(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0][0]
        value = " ".join(value_of(match[1]).split())
        return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"

    return _PLACE.sub(replacement, text)
