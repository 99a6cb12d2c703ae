"""A file as front matter and body: the one place where a file is cut, and what a reader of front matter gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

OPENING = re.compile("\ufeff?---\r?\n")
_CLOSING = re.compile(r"\n---\r?(?:\n|\Z)")


class Split(NamedTuple):
    """The parts of a file, which together are its text; every line of `front` has its line end."""

    opening: str
    front: str
    closing: str
    body: str


def split(text: str) -> Split | None:
    """Return the parts of a file, or None where it has no front matter.

    Line 1 is `---`, the front matter ends at the next line that is exactly `---`, and the rest is the body.
    """
    opening = OPENING.match(text)
    if opening is None:
        return None
    start = opening.end()
    closing = _CLOSING.search(text, start - 1)
    if closing is None:
        return None
    end = closing.start() + 1
    return Split(opening[0], text[start:end], closing[0][1:], text[closing.end() :])


def opens(text: str) -> bool:
    """Tell whether a file begins as one with front matter, be it closed or not."""
    return OPENING.match(text) is not None


class FrontMatterFault(Exception):  # noqa: N818 - a fault in a file, not in the program
    """Why front matter is not accepted: a 0-based line in it, a code, a sentence."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message


class Located:
    """A mapping, the 0-based line where each of its keys stands, and whether it is written `{…}`."""

    __slots__ = ("flow", "lines", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.lines: list[int] = []
        self.flow = False
