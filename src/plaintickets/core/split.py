"""Split a file into front matter and body, and join them, the only place for this; the result of a reader."""

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


def joined(front: str, body: str) -> bytes:
    """Return the bytes of a new file; every line of `front` has its line end."""
    return f"---\n{front}---\n{body}".encode()


BLANK = joined("", "")
"""A file with front matter that has no key, and no body."""


def split(text: str) -> Split | None:
    """Return the parts of a file, None if it has no front matter.

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
    """Return whether a file begins with front matter, closed or not."""
    return OPENING.match(text) is not None


class FrontMatterFault(Exception):  # noqa: N818 - a fault in a file, not in the program
    """An error in front matter: a 0-based line in it, a code, a sentence."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message


class Located:
    """A mapping, the 0-based line of each of its keys, and whether it is written as `{…}`."""

    __slots__ = ("flow", "lines", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.lines: list[int] = []
        self.flow = False
