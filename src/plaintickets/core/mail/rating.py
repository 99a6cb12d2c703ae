"""The answer to the question of how content somebody is: a number from 1 to 5 that stands alone."""

from __future__ import annotations

import re

_RATING = re.compile(r"[\W_]*(?:rating|note|stars?)?[\s:=]*([1-5])(?:\s*(?:/\s*5|of 5|stars?))?[\W_]*", re.IGNORECASE)


def rating_in(text: str) -> tuple[str, str]:
    """Return the rating in the first line of an answer, and the rest of the text; an empty rating if there is none."""
    first, _, rest = text.strip().partition("\n")
    match = _RATING.fullmatch(first.strip())
    return (match[1], rest.strip()) if match else ("", text)
