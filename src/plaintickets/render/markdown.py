"""Foreign text made fit to stand in Markdown: it forms nothing, calls nobody, and links nowhere."""

from __future__ import annotations

import re
from functools import cache

from plaintickets.render import safe

_BREAK = "&#8203;"
"""An invisible space. GitHub and GitLab look for names and numbers after the escapes are gone."""


def line(text: str) -> str:
    """The text on one line, as it reads, for a paragraph, a heading, a list item or a table's cell."""
    escaped = _special().sub(_escape, safe.line(text))
    return _calling().sub(rf"\1{_BREAK}", escaped)


def code(text: str) -> str:
    """The text on one line as code, also where it holds backticks or bars."""
    return f"<code>{line(text)}</code>"


def element(text: str) -> str:
    """The text on one line, as it reads, within an HTML element that Markdown is not looked for in."""
    from html import escape

    return escape(_calling().sub("\\1\u200b", safe.line(text)))


@cache
def _special() -> re.Pattern[str]:
    return re.compile(r"[\\`*_\[\]<>&|~$^=#+\-!]")


def _escape(match: re.Match[str]) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(match[0], "\\" + match[0])


@cache
def _calling() -> re.Pattern[str]:
    """What makes a mention, a reference to an issue or merge request, an emoji or a link of what follows."""
    return re.compile(r"(@|#(?=\w)|(?<![a-z;])!(?=\d)|:(?=[a-z+/])|\bwww(?=\.))", re.IGNORECASE)
