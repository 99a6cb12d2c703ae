"""Pieces of Markdown that the converters of other markups write."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_KNOWN = ("http:", "https:", "ftp:", "mailto:")
_FENCE = re.compile(r"`{3,}")
_DEEPEST = 9


def is_safe(target: str) -> bool:
    """Tell whether a link's target is an address on the web, a mail address, or relative."""
    # Markdown takes entities and escapes in an address for the signs that they stand for.
    scheme = _SCHEME.match(re.sub(r"[\x00-\x20\\]", "", html.unescape(target)))
    return scheme is None or scheme[0].lower() in _KNOWN


def address(target: str) -> str:
    """Return a target as Markdown's link takes it."""
    target = re.sub(r"[<>\n\r]", lambda sign: f"%{ord(sign[0]):02X}", target.strip())
    return f"<{target}>" if re.search(r"[\s()]", target) else target


def link(target: str, name: str = "") -> str:
    """Return a link by its name, or the target as text where that is no safe address."""
    shown = re.sub(r"[\[\]<>`\\]", "_", name or target.rpartition("/")[2])
    return f"[{shown}]({address(target)})" if is_safe(target) else target


def image(target: str, name: str = "") -> str:
    """Return an image by its name, or the target as text where that is no safe address."""
    return f"!{link(target, name)}" if is_safe(target) else target


def fenced(content: str, language: str = "") -> str:
    """Return code as a block, whatever backticks it has."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    language = re.sub(r"[^\w+#.-]", "", language).lower()
    return f"\n{fence}{language}\n{content.strip(chr(10))}\n{fence}\n"


def code(text: str) -> str:
    """Return code inside a line."""
    return f"`{text}`" if text and "`" not in text else f"`` {text} ``"


def quoted(text: str) -> str:
    """Return a block quote of some lines, empty for none."""
    lines = text.strip("\n").split("\n")
    return "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n" if text.strip() else ""


def list_item(signs: str, text: str, above: int) -> tuple[str, int]:
    """Return an item of a list, by the signs that begin it, and its depth: at most one below that of the line above."""
    depth = min(len(signs), above + 1, _DEEPEST)
    return f"{'   ' * (depth - 1)}{'1.' if signs[-1] == '#' else '-'} {text}", depth


def table_row(cells: Sequence[str], *, is_first: bool, is_head: bool) -> list[str]:
    """Return the lines of a row; the first one of a table has the rule that makes it one."""
    line = "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    rule = "|" + " --- |" * len(cells)
    if is_head:
        return ["", line, rule] if is_first else [line]
    return ["", "|" + "  |" * len(cells), rule, line] if is_first else [line]


def tidy(text: str) -> str:
    """Return a text with at most one empty line in a row, outside of code, and none around it."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if not line and not fence and kept and not kept[-1]:
            continue
        kept.append(line)
        if fence:
            fence = "" if line == fence else fence
        elif ticks := _FENCE.match(line):
            fence = ticks[0]
    return "\n".join(kept).strip("\n")
