"""Choose the pieces of a ticket's text that show why it was found."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.search.positions import spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WIDTH = 160
MOST_MARKS = 200


class Snippet(NamedTuple):
    """A piece of a field's text from character `offset`; `marks` are the matches in it, start and end."""

    field: str
    offset: int
    text: str
    marks: tuple[tuple[int, int], ...]


def marks_of(text: str, is_match: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Return the start and end of the matching terms of a text, in order, without overlaps."""
    found: list[tuple[int, int]] = []
    for start, end in islice(spans(text, is_match), MOST_MARKS):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def snippets(texts: Iterable[tuple[str, str]], is_match: Callable[[str], bool], limit: int) -> list[Snippet]:
    """Return the best piece of each field with a match, the fields in the given order, at most `limit`."""
    found = []
    for field, text in texts:
        marks = marks_of(text, is_match)
        if marks:
            found.append(_best(field, text, marks))
            if len(found) == limit:
                break
    return found


def _best(field: str, text: str, marks: Sequence[tuple[int, int]]) -> Snippet:
    """Return the piece with the most different marked words, the earliest of several."""
    best, most = 0, 0
    for place, (start, _) in enumerate(marks):
        within = {text[a:b].casefold() for a, b in marks[place:] if b <= start + WIDTH}
        if len(within) > most:
            best, most = place, len(within)
    first = marks[best][0]
    last = max((end for _, end in marks[best:] if end <= first + WIDTH), default=marks[best][1])
    spare = max(0, WIDTH - (last - first))
    start = _word_start(text, max(0, first - spare // 3), first)
    end = _word_end(text, min(len(text), max(last, start + WIDTH)), last)
    start += len(text[start:first]) - len(text[start:first].lstrip())
    end = max(last, len(text[:end].rstrip()))
    shown = tuple((a - start, min(b, end) - start) for a, b in marks if start <= a < end)
    return Snippet(field, start, text[start:end], shown)


def _word_start(text: str, at: int, latest: int) -> int:
    if at == 0 or text[at - 1].isspace():
        return at
    for place in range(at, latest):
        if text[place].isspace():
            return place + 1
    return at


def _word_end(text: str, at: int, earliest: int) -> int:
    if at >= len(text) or text[at].isspace():
        return at
    for place in range(at, earliest, -1):
        if text[place - 1].isspace():
            return place - 1
    return at
