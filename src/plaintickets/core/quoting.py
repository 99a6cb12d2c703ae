"""Foreign text made fit to stand in a message."""

from __future__ import annotations

LONGEST = 60


def quoted(text: str) -> str:
    """Return `text` in single quotes, on one line, without control characters, cut to 60.

    Whatever `str.isprintable` denies (control, format and bidi characters, lone surrogates) is
    shown as its escape, so that the result may go to a terminal.
    """
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if cut.isprintable():
        return f"'{cut}'"
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return "'" + "".join(shown) + "'"
