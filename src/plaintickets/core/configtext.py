"""Write one setting into the text of `config.yml`; every other line stays unchanged."""

from __future__ import annotations

import re


def with_setting(text: str, key: str, value: str) -> str:
    """Return the text with a dotted key set: at its place, or its commented-out place, or at the end."""
    group, _, name = key.rpartition(".")
    inside = r"(?:[ \t]+[^\n]*\n|[ \t]*\n|#[^\n]*\n)*?"
    for pattern in (
        rf"^({re.escape(key)}[ \t]*:[ \t]*)[^\s#]*",
        rf"^({re.escape(group)}:[^\n]*\n{inside}[ \t]+{re.escape(name)}[ \t]*:[ \t]*)[^\s#]*",
        rf"^#()[ \t]?{re.escape(key)}:[^\n]*",
    ):
        match = re.search(pattern, text, re.MULTILINE)
        if match:
            lead = match[1] or f"{key}: "
            return text[: match.start()] + lead + value + text[match.end() :]
    opened = re.search(rf"^{re.escape(group)}:[ \t]*(?:#[^\n]*)?\n([ \t]+)", text, re.MULTILINE)
    if opened:
        return f"{text[: opened.start(1)]}{opened[1]}{name}: {value}\n{text[opened.start(1) :]}"
    if text and not text.endswith("\n"):
        text += "\n"
    return f"{text}{key}: {value}\n"
