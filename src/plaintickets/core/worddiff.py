"""The difference of two short texts, word by word."""

from __future__ import annotations

import re
from typing import NamedTuple

# Beyond this many pairs of words the whole text counts as replaced, because difflib is quadratic.
_MOST_PAIRS = 40_000
# Texts that share less than this are easier to read one after the other.
_LEAST_LIKENESS = 0.35
_WORD = re.compile(r"\w+|\n|[^\S\n]+|[^\w\s]")


class Piece(NamedTuple):
    """Text of one side or of both; the sign is `-`, `+` or `=`."""

    sign: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return the texts as pieces: `-` and `=` make up the old text, `+` and `=` the new one."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [Piece("=", "".join(old[:head])), *_middle(left, right), Piece("=", "".join(old[len(old) - tail :]))]
    alike = sum(len(text) for sign, text in found if sign == "=")
    if before != after and 2 * alike < _LEAST_LIKENESS * (len(before) + len(after)):
        found = [Piece("-", before), Piece("+", after)]
    return _joined(found)


def _common(old: list[str], new: list[str]) -> int:
    """Return how many words both begin with."""
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [Piece("-", "".join(old)), Piece("+", "".join(new))]
    from difflib import SequenceMatcher

    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal" and come.strip():
            found.append(Piece("=", come))
        else:
            # Blanks alone do not separate two changes.
            found += [Piece("-", gone), Piece("+", come)]
    return found


def _joined(found: list[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring changes joined, removed text before added text."""
    joined: list[Piece] = []
    gone = come = ""
    for sign, text in [*found, Piece("=", "")]:
        if sign == "=":
            joined += [Piece("-", gone)] if gone else []
            joined += [Piece("+", come)] if come else []
            joined += [Piece("=", text)] if text else []
            gone = come = ""
        elif sign == "-":
            gone += text
        else:
            come += text
    return joined
