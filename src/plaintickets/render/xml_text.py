"""Untrusted text escaped for XML and HTML, with the characters that XML does not allow as their escapes."""

from __future__ import annotations

from html import escape

from plaintickets.render import safe

_FORBIDDEN = {code: f"\\u{code:04x}" for code in (0xFFFE, 0xFFFF)}


def element(text: str) -> str:
    """Return the text on one line, escaped for an element or an attribute in double quotes."""
    return escape(safe.line(text).translate(_FORBIDDEN))
