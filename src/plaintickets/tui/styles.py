"""Styled text for the screen: each line as Textual draws it, and the filters that every line passes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.filter import LineFilter
from textual.strip import Strip

from plaintickets.render import safe
from plaintickets.render.refusals import refusal_of
from plaintickets.render.styled import styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.color import Color

    from plaintickets.render.styled import Styled

_STYLES = {
    "active": "cyan", "added": "green", "bold": "bold", "code": "cyan", "done": "dim", "error": "bold red",
    "id": "yellow", "italic": "italic", "link": "underline", "match": "bold red", "open": "green", "quiet": "dim",
    "removed": "red", "strike": "strike", "urgent": "red", "waiting": "blue",
}  # fmt: skip
_MOST_LINES = 6
"""How much of a long message, of a hook for example, is shown, so that the hint below it is on the screen."""
REVERSE = Style(reverse=True)


@cache
def style_of(name: str) -> Style:
    """Return the style of a name; a link is underlined, and its address leads nowhere."""
    return Style.parse(_STYLES.get(name.partition(" ")[0], "")) if name else Style.null()


def strip_of(line: Styled, width: int, *, is_chosen: bool = False) -> Strip:
    """Return a line cut or filled to a width; a chosen one is reversed, without its own styles."""
    if is_chosen:
        strip = Strip([Segment(text, REVERSE) for text, _ in line if text])
        return strip.adjust_cell_length(width, REVERSE)
    return Strip([Segment(text, style_of(name)) for text, name in line if text]).adjust_cell_length(width)


def content_of(lines: Iterable[Styled]) -> Content:
    """Return lines for a widget that wraps them; nothing in them is markup."""
    pieces: list[str | tuple[str, str]] = []
    for number, line in enumerate(lines):
        pieces += ["\n"] * bool(number)
        pieces += [(text, _textual(name)) for text, name in line]
    return Content.assemble(*pieces)


@cache
def _textual(name: str) -> str:
    words = _STYLES.get(name.partition(" ")[0], "").split()
    return " ".join(
        word if word in ("bold", "dim", "italic", "underline", "strike") else f"ansi_{word}" for word in words
    )


def refused(error: Exception) -> list[Styled]:
    """Return the lines of an error: what happened, and what to do."""
    refusal = refusal_of(error)
    lines = [styled(line, "urgent") for line in refusal.message.split("\n") if line.strip()]
    more = [styled("…", "urgent")] * (len(lines) > _MOST_LINES)
    return [*lines[:_MOST_LINES], *more, *(styled(line) for line in refusal.hint.split("\n")[:_MOST_LINES] if line)]


class Harmless(LineFilter):
    """A filter that lets no control character reach the terminal, whatever widget it comes from."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with a sign in place of each control character."""
        del background
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(safe.masked(segment.text), segment.style)
            for segment in segments
        ]


class Colourless(LineFilter):
    """A filter that keeps bold, dim, underlined and reversed text, and no colour."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without colours."""
        del background
        return [Segment(text, _without_colour(style) if style else None, control) for text, style, control in segments]


@cache
def _without_colour(style: Style) -> Style:
    return Style(
        bold=style.bold, dim=style.dim, italic=style.italic, underline=style.underline,
        reverse=style.reverse, strike=style.strike,
    )  # fmt: skip
