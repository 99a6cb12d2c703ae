"""Columns on a terminal: how wide a text is, and cutting it to fit."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Return the number of terminal columns of a text; wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if combining(sign) or sign in "\u200b\u200c\u200d\ufe0f":
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Shorten the text with an ellipsis if it is wider than the columns."""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for sign in text:
        used += _columns(sign)
        if used > columns - 1:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + "…"


def padded(text: str, columns: int) -> str:
    """Fill the text with spaces up to the columns."""
    return text + " " * (columns - width(text))
