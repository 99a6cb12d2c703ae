"""The analyzer of `core/words.py` in the shape that Whoosh wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from plaintickets.core.words import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator


class WordAnalyzer(Analyzer):  # type: ignore[misc]
    """Every term of `tokens(text)`; positions and offsets are kept when Whoosh asks for them."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **_: Any,
    ) -> Iterator[WhooshToken]:
        """The tokens of one value; as Whoosh does it, one object that changes."""
        token = WhooshToken(positions, chars, removestops=removestops, mode=mode)
        token.boost, token.stopped = 1.0, False
        for term, position, start, end in tokens(value):
            token.text = term
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = start_pos + position
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token

    def __eq__(self, other: object) -> bool:
        """All are alike."""
        return type(other) is type(self)

    def __hash__(self) -> int:
        """All are alike."""
        return hash(type(self))
