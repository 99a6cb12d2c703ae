"""Quote untrusted text for messages."""

from __future__ import annotations

LONGEST = 60


def quoted(text: str) -> str:
    """Return `text` in single quotes, on one line, without control characters, cut to 60 characters.

    Characters that `str.isprintable` rejects (control, format and bidi characters, lone surrogates) are
    escaped, so that a terminal can show the result.
    """
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if cut.isprintable():
        return f"'{cut}'"
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return "'" + "".join(shown) + "'"
