"""Columns on a terminal: how wide a text is, cutting it to fit, and filling it up."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from plaintickets.errors import MissingLibraryError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_ELLIPSIS = "…"
LEFT_TO_RIGHT = "\u200e"


@cache
def _library() -> ModuleType:
    """Return wcwidth, which is imported only if a text is not ASCII."""
    try:
        import wcwidth
    except ImportError as error:
        raise MissingLibraryError("measures text on a terminal", error) from error
    return wcwidth


def width(text: str) -> int:
    """Return the number of terminal columns of a text; an emoji of several code points takes two."""
    if text.isascii():
        return len(text)
    columns: int = _library().wcswidth(text)
    return columns if columns >= 0 else sum(max(_library().wcwidth(sign), 0) for sign in text)


def cut(text: str, columns: int) -> str:
    """Shorten the text with an ellipsis if it is wider than the columns; never inside a character."""
    if width(text) <= columns:
        return text
    if columns <= 0:
        return ""
    return text[: fitting(text, columns - 1)].rstrip() + _ELLIPSIS


def fitting(text: str, columns: int) -> int:
    """Return how many code points of the text fit into the columns, in whole characters."""
    if text.isascii():
        return min(max(columns, 0), len(text))
    length = used = 0
    for character in characters(text):
        used += width(character)
        if used > columns:
            break
        length += len(character)
    return length


def characters(text: str) -> Iterable[str]:
    """Return the characters of a text as a reader sees them; an emoji of several code points is one."""
    found: Iterable[str] = text if text.isascii() else _library().iter_graphemes(text)
    return found


def padded(text: str, columns: int) -> str:
    """Fill the text with spaces up to the columns."""
    return text + " " * (columns - width(text))


def right_to_left(text: str) -> bool:
    """Tell whether the text has letters that are written from right to left."""
    if text.isascii():
        return False
    from unicodedata import bidirectional

    return any(bidirectional(sign) in ("R", "AL") for sign in text)
