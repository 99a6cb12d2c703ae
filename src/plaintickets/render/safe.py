"""Untrusted text escaped for a terminal, without control sequences."""

from __future__ import annotations

import re
from functools import cache

# C0 and C1 controls, line separators, and the controls that change the direction of text.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"


def line(text: str) -> str:
    """Return the text on one line, each control character as its escape."""
    return text if text.isascii() and text.isprintable() else _pattern(r"\t\n").sub(_shown, text)


def block(text: str) -> str:
    """Return the text with its lines and tabs, each other control character as its escape."""
    return _pattern("").sub(_shown, text.replace("\r\n", "\n"))


def piped(text: str) -> str:
    """Return the text for a program, with control characters escaped, because a pipe often ends at a terminal."""
    return _piped().sub(_shown, text)


def masked(text: str) -> str:
    """Return a text that is laid out already with a sign in place of each control character."""
    return text if text.isascii() and text.isprintable() else _masked().sub("\ufffd", text)


@cache
def _masked() -> re.Pattern[str]:
    marks = _CONTROLS.replace("\u200e", "")  # which `styled.contained` adds
    return re.compile(f"[{marks}\t\n]")


@cache
def _piped() -> re.Pattern[str]:
    return re.compile("\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@cache
def _pattern(more: str) -> re.Pattern[str]:
    return re.compile(f"[{_CONTROLS}{more}]")


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
