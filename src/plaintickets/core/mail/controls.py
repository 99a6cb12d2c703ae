"""Characters that no text of a stranger keeps."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def without_controls(text: str) -> str:
    """Return a text without control characters, marks that change its direction, and halves of characters."""
    return _CONTROL.sub("", text)
