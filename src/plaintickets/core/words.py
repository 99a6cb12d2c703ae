"""One analyzer for every language: what the words of a text are, for search and for likeness.

What is emitted, in the order of the text:

* a plain word: its folded stem (`Crashes` gives `crash`, `ошибки` gives `ошибк`);
* text in a script without spaces (Han with Hiragana, Katakana, Thai, Lao, Khmer, Myanmar) and in
  Hangul: pairs of neighbouring characters, or the character itself when it stands alone;
* a compound (`createWindow`, `snake_case`, `Ti.UI.View`, `src/a.py`, `ORA-00942`, `drag-and-drop`,
  `iOS7`): the whole, folded and unstemmed, and at the same place its parts one after another;
  a CamelCase part of it is also kept whole, as the same letters without capitals would be, and
  for search neighbouring parts joined (`NullPointerException` also gives `nullpoint`);
* a version (`v3.2.1`): the whole without the `v`, and with three numbers or more the first two;
  for search also the first three and so on, and each number of three digits or more.

Folding is NFKC, case folding, and accents off Latin and Greek letters, stress marks and the dots
of ё off Cyrillic ones; no letter changes its script. Terms are cut at 64 characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.stems import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TERM = 64
_WHOLE_LIMIT = 128
_MOST_PARTS = 12
_MOST_JOINED = 5  # parts of a name whose neighbours are joined
_SHORT_NUMBER = 2
_CACHED_LENGTH = 40

# Marks that belong to a word but are no letters for `re`: combining accents, vowel signs, joiners.
_MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06ed\u0900-\u0963\u0971-\u0df3\u0e31-\u0e3a"
    "\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
)
_CHUNK = re.compile(rf"[\w{_MARKS}]+(?:(?:[.\-/\\#$'’]|::)[\w{_MARKS}]+)*(?:(?<=\b[A-Za-z])(?:\+\+|#))?")
_HAN = "\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
_SOUTH_EAST = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3\uaa60-\uaa7f"
_PLAIN = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+s?")  # URLs and APIs are one word
_NUMBER = re.compile(r"[A-Za-z]?[0-9]+")  # one word, also with a letter before it
_VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)+)")
_PIECE = re.compile(r"[^.\-/\\#$'’:_]+")
# iOS and macOS are one word; a run of capitals ends before the capital of the next word
_CAMEL = re.compile(r"(?:i|mac|tv|watch)OS|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[A-Z]")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_CLITIC = re.compile(r"['’](?:s|t|re|ve|ll|d|m)", re.IGNORECASE)

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
     "ð": "d", "ё": "е", "ѐ": "е", "ѝ": "и"}
)  # fmt: skip
_DROPPED = dict.fromkeys([0xAD, 0x200C, 0x200D, *range(0x0591, 0x05BE), *range(0x064B, 0x0653), *range(0xFE00, 0xFE10)])
_ACCENTS = re.compile("[\u0300-\u036f]+")
_STRESS = re.compile("(?<=[\u0400-\u052f])[\u0300\u0301\u0340\u0341]+")


@cache
def dense() -> re.Pattern[str]:
    """Return the pattern of a run in scripts without spaces; to compile it takes 3 ms, and texts in ASCII need none."""
    return re.compile(rf"([{_HAN}]+)|([{_KATAKANA}]+)|([{_HANGUL}]+)|([{_SOUTH_EAST}]+)")


@cache
def _cluster() -> re.Pattern[str]:
    return re.compile(rf"[^{_MARKS}][{_MARKS}]*|[{_MARKS}]+")


class Token(NamedTuple):
    """One term: its position among the words, and its characters in the text."""

    term: str
    position: int
    start: int
    end: int


_Part = tuple[str, int, int, int]  # term, step of position before it, start, end


def tokens(text: str) -> Iterator[Token]:
    """Yield every term of the text, in order; positions count words, a compound shares its first part's."""
    position = -1
    for match in _CHUNK.finditer(text):
        at = match.start()
        for term, step, start, end in _parts(match.group(), joins=True):
            position += step
            yield Token(term, position, at + start, at + end)


def terms(text: str) -> list[str]:
    """Return the terms of `tokens(text)` without their positions, several times faster."""
    found: list[str] = []
    for chunk in _CHUNK.findall(text):
        found += _terms(chunk) if len(chunk) <= _CACHED_LENGTH else _names(chunk)
    return found


def fold(text: str) -> str:
    """Return the text without differences of case, width and accent; folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    while (folded := _fold_once(text)) != text:
        text = folded
    return folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)
    text = _STRESS.sub("", unicodedata.normalize("NFC", text))
    letters = [
        _ACCENTS.sub("", unicodedata.normalize("NFD", letter))
        if letter < "\u0400" or "\u1e00" <= letter < "\u2000"
        else letter
        for letter in text
    ]
    return unicodedata.normalize("NFKC", "".join(letters).translate(_LETTERS))


@lru_cache(maxsize=1 << 16)
def _terms(chunk: str) -> tuple[str, ...]:
    return _names(chunk)


def _names(chunk: str) -> tuple[str, ...]:
    return tuple(part[0] for part in _parts(chunk))


def _parts(chunk: str, *, joins: bool = False) -> list[_Part]:
    """Return the terms of a chunk; with `joins` also joined neighbouring parts and numbers of a version."""
    if _PLAIN.fullmatch(chunk):
        low = chunk.lower()
        return [(stem(low, low)[:MAX_TERM], 1, 0, len(chunk))]
    if _NUMBER.fullmatch(chunk):
        return [(chunk.lower()[:MAX_TERM], 1, 0, len(chunk))]
    if chunk.isascii() and chunk.isalnum():
        return _piece(chunk, 0, joins=joins)
    if chunk.isascii() or not dense().search(chunk):
        return _spaced(chunk, 0, joins=joins)
    found: list[_Part] = []
    at = 0
    for match in dense().finditer(chunk):
        if match.start() > at:
            found += _spaced(chunk[at : match.start()], at, joins=joins)
        found += _pairs(match.group(), match.start())
        at = match.end()
    if at < len(chunk):
        found += _spaced(chunk[at:], at, joins=joins)
    return found


def _pairs(run: str, at: int) -> list[_Part]:
    """Return pairs of neighbouring characters, each with the marks that follow it."""
    spans = [(fold(m.group()), at + m.start(), at + m.end()) for m in _cluster().finditer(run)]
    if unicodedata.normalize("NFKC", run) != run:
        whole = _cluster().findall(fold(run))
        if len(whole) != len(spans):
            spans = [(cluster, at, at + len(run)) for cluster in whole]
    spans = [(c[: MAX_TERM // 2], start, end) for c, start, end in spans if c]
    if len(spans) == 1:
        return [(spans[0][0], 1, spans[0][1], spans[0][2])]
    return [(a + b, 1, start, end) for (a, start, _), (b, _, end) in pairwise(spans)]


def _spaced(chunk: str, at: int, *, joins: bool) -> list[_Part]:
    """Return the parts of a chunk in scripts with spaces; `at` is its position."""
    version = _VERSION.match(chunk)
    if version is None:
        return _elided(chunk, at, joins=joins)
    rest = version.end()
    found = _version(version.group(1), at + version.start(1), joins=joins)
    return found + _elided(chunk[rest:], at + rest, joins=joins)


def _elided(chunk: str, at: int, *, joins: bool) -> list[_Part]:
    """Return a chunk without a leading l', qu' and the like, and without an ending such as 's."""
    elision = _ELISION.match(chunk)
    if elision:
        chunk, at = chunk[elision.end() :], at + elision.end()
    pieces = [(m.group(), at + m.start()) for m in _PIECE.finditer(chunk)]
    if len(pieces) == 2 and _CLITIC.fullmatch(chunk[len(pieces[0][0]) :]):
        # user's: the word alone; don't: one word without the mark
        word = pieces[0][0] + ("t" if chunk[-1] in "tT" else "")
        return _word(word, at, at + len(chunk))
    if chunk.endswith(("++", "#")):
        return [(fold(chunk), 1, at, at + len(chunk))]
    found = [part for piece, start in pieces for part in _piece(piece, start, joins=joins)]
    whole = fold(chunk.strip("_.-/\\#$'’:"))
    if len(pieces) > 1 and len(whole) <= _WHOLE_LIMIT and len(found) > 1:
        first = found[0]
        found[:1] = [(whole[:MAX_TERM], 1, at, at + len(chunk)), (first[0], 0, *first[2:])]
    return found


def _word(word: str, start: int, end: int) -> list[_Part]:
    """Return one plain word; nothing if folding leaves nothing."""
    folded = fold(word)
    if not folded:
        return []
    low = folded if word.isascii() else unicodedata.normalize("NFC", word.casefold())
    return [(stem(folded, low)[:MAX_TERM], 1, start, end)]


def _version(number: str, at: int, *, joins: bool) -> list[_Part]:
    end = at + len(number)
    found: list[_Part] = [(number[:MAX_TERM], 1, at, end)]
    numbers = number.split(".", 2)
    if len(numbers) > 2:
        found.append((".".join(numbers[:2])[:MAX_TERM], 0, at, end))
    if joins:
        every = number.split(".")[:_MOST_PARTS]
        found += [(".".join(every[:count])[:MAX_TERM], 0, at, end) for count in range(3, len(every))]
        found += [(part[:MAX_TERM], 0, at, end) for part in every if len(part) > _SHORT_NUMBER]
    return found


def _piece(piece: str, at: int, *, joins: bool = False) -> list[_Part]:
    """Return a piece without connectors: one word, or CamelCase, or letters beside digits."""
    end = at + len(piece)
    if not piece.isascii() or _PLAIN.fullmatch(piece):
        return _word(piece, at, end)
    splits = [(m.group(), at + m.start()) for m in _CAMEL.finditer(piece)]
    letters = [part for part in splits if not part[0].isdigit()]
    short = all(len(part) == 1 for part, _ in letters)
    if len(splits) == 1 or short or len(splits) - len(letters) > 1 or len(splits) > _MOST_PARTS:
        return _word(piece, at, end)
    low = piece.lower()
    found: list[_Part] = [(stem(low, low)[:MAX_TERM], 1, at, end)]  # as if it were in lower case
    if joins and 2 < len(splits) <= _MOST_JOINED:
        found += [
            (stem(joined, joined)[:MAX_TERM], 0, splits[first][1], splits[last][1] + len(splits[last][0]))
            for first in range(len(splits))
            for last in range(first + 1, len(splits))
            if last - first + 1 < len(splits)
            for joined in ["".join(part for part, _ in splits[first : last + 1]).lower()]
        ]
    step = 0
    for part, start in splits:
        found += [(w, step, a, b) for w, _, a, b in _word(part, start, start + len(part))]
        step = 1
    return found
