"""Markdown as Jira's wiki markup: headings, lists, code, quotes, links, emphasis; the rest stays as it is."""

from __future__ import annotations

import re

from plaintickets.core.markdown import COMMENT, START, step

_LANGUAGE = re.compile(r"[\w+-]+")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
_QUOTE = re.compile(r"^\s{0,3}>\s?(.*)$")
# Code, an image or a link, strong and emphasised text, and signs that begin a macro in Jira.
_INLINE = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)"
    r"|!\[(?P<alt>[^\]\n]*)\]\((?P<image>[^)\s]+)[^)\n]*\)"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<link>[^)\s]+)[^)\n]*\)"
    r"|\*\*(?P<strong>\S(?:[^*\n]*\S)?)\*\*"
    r"|~~(?P<gone>\S(?:[^~\n]*\S)?)~~"
    r"|(?P<sign>[{}])"
)


def wiki(text: str) -> str:
    """Return Markdown as wiki markup."""
    lines: list[str] = []
    state = START
    for line in text.replace("\r\n", "\n").split("\n"):
        before, (state, is_example) = state, step(state, line)
        was_code, is_code = (one.fence not in ("", COMMENT) for one in (before, state))
        if is_code and not was_code:
            language = _LANGUAGE.search(line)
            lines.append(f"{{code:{language[0]}}}" if language else "{code}")
        elif was_code and not is_code:
            lines += ["{code}"] if is_example else ["{code}", _line(line)]
        else:
            lines.append(line.replace("{code", "{ code") if is_example else _line(line))
    return "\n".join([*lines, *(["{code}"] if state.fence not in ("", COMMENT) else [])])


def _line(line: str) -> str:
    if found := _HEADING.match(line):
        return f"h{len(found[1])}. {_inline(found[2])}"
    if found := _ITEM.match(line):
        sign = "*" if found[2] else "#"
        box = "" if found[3] is None else "(/) " if found[3].strip() else "( ) "
        return f"{sign * (len(found[1].expandtabs(4)) // 2 + 1)} {box}{_inline(found[4])}"
    if found := _QUOTE.match(line):
        return f"bq. {_inline(found[1])}"
    return _inline(line)


def _inline(text: str) -> str:
    return _INLINE.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    if found["code"]:
        return "{{" + found["code"].replace("{", "\\{").replace("}", "\\}") + "}}"
    if found["image"]:
        return f"!{found['image']}!"
    if found["link"]:
        return f"[{found['label'].replace('|', ' ')}|{found['link']}]"
    if found["strong"]:
        return f"*{found['strong']}*"
    if found["gone"]:
        return f"-{found['gone']}-"
    return f"\\{found['sign']}"
