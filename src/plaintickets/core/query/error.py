"""The error for an invalid query, shown with a caret under the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from .nodes import Span

WINDOW = 60  # characters of the query shown on each side of the place
QUOTED_LIMIT = 40  # characters of the user's own text repeated in a message


class QueryError(UsageError):
    """An invalid query, wrong from character `position` up to `end`."""

    def __init__(self, message: str, text: str, span: Span, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = min(span[0], len(text))
        self.end = max(self.position, min(span[1], len(text)))
        self.hint = hint

    def __str__(self) -> str:
        sentence = f"in the query: {harmless(self.message)}"
        if not self.text.strip():
            return sentence
        line, caret = self._excerpt()
        return f"{sentence}\n  {line}\n  {caret}"

    def _excerpt(self) -> tuple[str, str]:
        first = max(0, self.position - WINDOW)
        last = min(len(self.text), self.position + WINDOW)
        before = harmless(self.text[first : self.position])
        marked = harmless(self.text[self.position : min(self.end, last)])
        after = harmless(self.text[min(self.end, last) : last])
        if first > 0:
            before = "…" + before
        if last < len(self.text):
            after += "…"
        caret = " " * columns(before) + "^" * max(1, columns(marked))
        return before + marked + after, caret


def quoted(text: str) -> str:
    """Return the user's text for a message: in quotes, cut if long."""
    cut = text if len(text) <= QUOTED_LIMIT else text[: QUOTED_LIMIT - 1] + "…"
    return f"'{cut}'"


def harmless(text: str) -> str:
    """Replace each character of the text that could control a terminal by one visible character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    import unicodedata

    if character == " " or character.isprintable():
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    # ZWNJ and ZWJ shape words of several scripts and control nothing.
    if code in {0x200C, 0x200D}:
        return character
    return " " if unicodedata.category(character) == "Zs" else "\ufffd"


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    width = 0
    for character in text:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width
