"""The positions of the words of a text, and the terms that a word of a query requires."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.words import _CHUNK, _parts, dense, fold, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plaintickets.core.words import Token

LAST = 1 << 24  # added to the last position of a name of several words, so that in "SQLite and" `and` follows the name
GAP = 8  # positions between two values of a field, so that no phrase spans them
_CACHED_LENGTH = 40
_CACHED = 1 << 16
Slots = tuple[str, ...]  # the terms wanted at successive positions


def places(texts: Iterable[str]) -> tuple[dict[str, list[int]], int, dict[str, list[int]]]:
    """Return the positions of each term in a field's values, ascending, and the number of words.

    The last result has the end positions of terms that cover several words, each with LAST added.
    """
    found: dict[str, list[int]] = {}
    lasts: dict[str, list[int]] = {}
    position = words = 0
    for text in texts:
        for chunk in _CHUNK.findall(text):
            steps, advance, ends = _steps(chunk) if len(chunk) <= _CACHED_LENGTH else _read_steps(chunk)
            for term, step in steps:
                if term in found:
                    found[term].append(position + step)
                else:
                    found[term] = [position + step]
            for term, step in ends:
                lasts.setdefault(term, []).append(LAST + position + step)
            position += advance
            words += advance
        position += GAP
    return found, words, lasts


def spans(text: str, is_match: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each matching term, in the order of the text."""
    for chunk in _CHUNK.finditer(text):
        written = chunk[0]
        steps, _, _ = _steps(written) if len(written) <= _CACHED_LENGTH else _read_steps(written)
        if any(is_match(term) for term, _ in steps):
            at = chunk.start()
            for token in tokens(written):
                if is_match(token.term):
                    yield at + token.start, at + token.end


_Steps = tuple[tuple[str, int], ...]


def _read_steps(chunk: str) -> tuple[_Steps, int, _Steps]:
    position, parts = -1, []
    for term, step, _, end in _parts(chunk, joins=True):
        position += step
        parts.append((term, position, end))
    ends = []
    for term, first, end in parts if position > 0 else ():
        last = max(place for _, place, other in parts if other <= end)
        if last > first:
            ends.append((term, last))
    return tuple((term, place) for term, place, _ in parts), position + 1, tuple(ends)


_steps = lru_cache(maxsize=_CACHED)(_read_steps)


class Wanted(NamedTuple):
    """What a word requires: terms in a row, the same with each name as one term, and terms that raise the score."""

    row: Slots
    whole: Slots
    better: tuple[str, ...]


def wanted(text: str) -> Wanted:
    """Return the terms that a word or phrase requires in a row, and those that improve a match.

    A compound requires its parts, so that `createWindow` finds "create window", or the whole, so that it finds
    `createwindow`. A name or version that is one word (`3.2.1`, but not `ORA-00942`) is required as a whole.
    """
    slots: dict[int, list[Token]] = {}
    for token in tokens(text):
        slots.setdefault(token.position, []).append(token)
    rows = [slots[position] for position in sorted(slots)]
    if not rows:
        return Wanted((), (), ())
    if len(rows) == 1:
        return Wanted((rows[0][0].term,), (), ())
    required = tuple((row[0] if _is_version(row[0].term) else row[-1]).term for row in rows)
    better = dict.fromkeys(row[0].term for row in rows if row[0].term not in required)
    whole: list[str] = []
    end = -1
    for row in rows:
        if row[0].start >= end:
            whole.append(row[0].term)
            end = max(end, row[0].end)
    return Wanted(required, tuple(whole) if tuple(whole) != required else (), tuple(better))


def _is_version(term: str) -> bool:
    return term[0].isdigit() and "." in term


def is_dense(text: str) -> bool:
    """Return whether the text is one character of a script that is indexed in pairs of characters."""
    return not text.isascii() and len(fold(text)) == 1 and dense().fullmatch(text) is not None
