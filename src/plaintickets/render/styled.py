"""Text in styles: pieces of text, each with the name of its style, cut and filled as a whole."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from plaintickets.render import safe
from plaintickets.render.width import LEFT_TO_RIGHT, cut, fitting, right_to_left, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    # A text and the name of its style, empty for none.
    Piece: TypeAlias = tuple[str, str]
    Styled: TypeAlias = tuple[Piece, ...]
    Paint: TypeAlias = Callable[[str, str], str]

_WORD = re.compile(r"\s+|\S+")
_LINK = "link "


def styled(text: str, style: str = "") -> Styled:
    """Return untrusted text in one style."""
    return ((safe.line(text), style),) if text else ()


def marked(text: str, marks: Iterable[tuple[int, int]], style: str = "") -> Styled:
    """Return untrusted text with some parts in the style of a match."""
    pieces, at = [], 0
    for start, end in marks:
        pieces += [(_joined(text[at:start]), style), (safe.line(text[start:end]), "match")]
        at = end
    return tuple(piece for piece in [*pieces, (_joined(text[at:]), style)] if piece[0])


def _joined(text: str) -> str:
    return safe.line(re.sub(r"\s+", " ", text))


def plain(text: Styled) -> str:
    """Return the text without its styles."""
    return text[0][0] if len(text) == 1 else "".join(piece for piece, _ in text)


def columns(text: Styled) -> int:
    """Return how many columns the text takes."""
    return width(plain(text))


def shortened(text: Styled, room: int) -> Styled:
    """Cut the text with an ellipsis if it is wider than the room."""
    whole = plain(text)
    if width(whole) <= room:
        return text
    if len(text) == 1:
        return ((cut(whole, room), text[0][1]),)
    left, kept = fitting(whole, room - 1), []
    for piece, style in text:
        if left <= 0:
            break
        kept.append((piece[:left], style))
        left -= len(piece)
    return (*kept, ("…", "")) if room > 0 else ()


def around_match(text: Styled, room: int) -> Styled:
    """Shorten the text so that its first match is among what is left."""
    before: list[Piece] = []
    for place, (piece, style) in enumerate(text):
        if style == "match":
            wide = columns(tuple(before))
            if columns(text) > room and wide + width(piece) + 1 > room:
                start = plain(tuple(before))
                kept = start[fitting(start, wide - room // 3) :].partition(" ")[2]
                return shortened((("…", ""), (kept, ""), *text[place:]), room)
            break
        before.append((piece, style))
    return shortened(text, room)


def padded(text: Styled, room: int) -> Styled:
    """Fill the text with spaces up to the room."""
    blanks = room - columns(text)
    return (*text, (" " * blanks, "")) if blanks > 0 else text


def wrapped(text: Styled, room: int) -> list[Styled]:
    """Break the text at spaces into lines that fit into the room; a longer word is broken inside."""
    lines: list[list[Piece]] = [[]]
    left = room
    for piece, style in text:
        for word in _WORD.findall(piece):
            wide = width(word)
            while wide > left:
                if left < room and (wide <= room or not word.strip()):
                    lines.append([])
                    left = room
                    if not word.strip():
                        break
                    continue
                size = max(fitting(word, left), 1)
                lines[-1].append((word[:size], style))
                word, wide = word[size:], width(word[size:])  # noqa: PLW2901 - the rest of the word
                lines.append([])
                left = room
            else:
                lines[-1].append((word, style))
                left -= wide
    return [stripped(line) for line in lines]


def stripped(line: list[Piece]) -> Styled:
    """Return the pieces without blanks at the end."""
    while line and not line[-1][0].strip():
        line.pop()
    return tuple(line)


def contained(text: Styled) -> Styled:
    """Return the text with a mark of no width at its end if it has right-to-left letters.

    Without the mark a terminal may move the columns after the text into it.
    """
    return (*text, (LEFT_TO_RIGHT, "")) if right_to_left(plain(text)) else text


def painted(text: Styled, paint: Paint) -> str:
    """Return the text with its styles painted; the style `link ADDRESS` is a link that can be followed."""
    if len(text) == 1:
        return _linked(*text[0], paint)
    runs = groupby(text, key=itemgetter(1))
    return "".join(_linked("".join(piece for piece, _ in run), style, paint) for style, run in runs)


def _linked(text: str, style: str, paint: Paint) -> str:
    if not style.startswith(_LINK):
        return paint(text, style) if style else text
    return f"\x1b]8;;{style.removeprefix(_LINK)}\x1b\\{paint(text, 'link')}\x1b]8;;\x1b\\"
