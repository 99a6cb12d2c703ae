"""How a commit message names tickets: in a closing or referring trailer, or in its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.markdown import blanked, has_fences, open_fence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:[ \t]+(\S.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]+")
_WORDS = re.compile(r"[\s,]+")
_AROUND = "()[]<>\"'`.;:!"


class Trailer(NamedTuple):
    """A line `Word: value` below the subject of a message; `word` is spelled as the caller gave it."""

    word: str
    value: str


class Named(NamedTuple):
    """The tickets that a trailer names, and words that look like ids of the store but are unknown."""

    tickets: list[str]
    unknown: list[str]


def trailers(message: str, words: Iterable[str]) -> Iterator[Trailer]:
    """Yield the lines below the subject that begin with one of the words, in any letter case.

    Not only those in the last paragraph, which git calls trailers: a forge that squashes the commits of a
    branch leaves their trailers in the middle. Quoted or indented lines and lines in fenced code do not
    count.
    """
    spelled = {word.casefold(): word for word in words}
    body = message.strip("\r\n").partition("\n")[2]
    if has_fences(body):
        opened = open_fence(body)
        lines = body.split("\n")
        closed = len(lines) if opened < 0 else opened  # unclosed code hides no trailer
        body = "\n".join([*blanked("\n".join(lines[:closed])).split("\n"), *lines[closed:]])
    for line in _FOLD.sub(" ", "\n" + body).split("\n") if spelled else ():
        match = _TRAILER.fullmatch(line.rstrip())
        if match and match[1].casefold() in spelled:
            yield Trailer(spelled[match[1].casefold()], match[2])


class Names:
    """The ids of a store, for finding them in text."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = frozenset(ids)
        self._prefixes = {name.rpartition("-")[0] for name in ids} - {""}
        self._suffixes: dict[str, list[str]] = {}
        for name in ids:
            self._suffixes.setdefault(name.rpartition("-")[2], []).append(name)

    def in_value(self, value: str) -> Named:
        """Return the ids in a trailer's value: whole ids anywhere, or one suffix that is a whole item.

        `Fixes: 1b2c3d4 ("...")`, `#12`, an address and prose name nothing.
        """
        found: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for item in value.split(","):
            words = [word.strip(_AROUND) for word in _WORDS.split(item) if word.strip(_AROUND)]
            for word in words:
                if word in self._ids:
                    found[word] = None
                elif self._is_like(word):
                    unknown[word] = None
                elif len(words) == 1 and len(self._suffixes.get(word, ())) == 1:
                    found[self._suffixes[word][0]] = None
        return Named(list(found), list(unknown))

    def _is_like(self, word: str) -> bool:
        prefix, dash, suffix = word.rpartition("-")
        return bool(dash) and prefix in self._prefixes and suffix.isalnum()

    def longer(self, ticket: str) -> list[str]:
        """Return the other ids that contain this one as a word; text with such an id means the longer one."""
        return sorted((name for name in self._ids if name != ticket and is_in(ticket, name)), key=len, reverse=True)


def is_in(ticket: str, text: str, longer: Iterable[str] = ()) -> bool:
    """Tell whether a text holds the whole id, with no letter or digit beside it, and not inside a longer id."""
    if ticket not in text:
        return False
    for other in longer:
        text = _bounded(other).sub(" ", text)
    return _bounded(ticket).search(text) is not None


def _bounded(ticket: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(ticket)}(?![^\W_])")
