"""Untrusted text escaped for Markdown: it has no formatting, mentions or links."""

from __future__ import annotations

import re
from functools import cache

from plaintickets.render import safe

_BREAK = "&#8203;"
"""An invisible space. GitHub and GitLab search for names and numbers after they remove the escapes."""


def line(text: str) -> str:
    """Return the text on one line, escaped for a paragraph, a heading, a list item or a table cell."""
    escaped = _special().sub(_escape, safe.line(text))
    return _calling().sub(rf"\1{_BREAK}", escaped)


def code(text: str) -> str:
    """Return the text on one line as code, even if it contains backticks or bars."""
    return f"<code>{line(text)}</code>"


def element(text: str) -> str:
    """Return the text on one line, escaped for an HTML element in which Markdown is not parsed."""
    from html import escape

    return escape(_calling().sub("\\1\u200b", safe.line(text)))


@cache
def _special() -> re.Pattern[str]:
    return re.compile(r"[\\`*_\[\]<>&|~$^=#+\-!]")


def _escape(match: re.Match[str]) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(match[0], "\\" + match[0])


@cache
def _calling() -> re.Pattern[str]:
    """Return the pattern of signs that begin a mention, a reference, an emoji or a link."""
    return re.compile(r"(@|#(?=\w)|(?<![a-z;])!(?=\d)|:(?=[a-z+/])|\bwww(?=\.))", re.IGNORECASE)
