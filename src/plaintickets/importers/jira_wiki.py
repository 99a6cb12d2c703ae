"""Jira wiki markup as Markdown. What is no markup stays as it is; code is never converted."""

from __future__ import annotations

import html
import re

from plaintickets.importers.markup import address, code, fenced, image, is_safe, list_item, quoted, table_row, tidy

# Blocks whose content is taken as it is: {code:java}…{code}, {noformat}…{noformat}.
_BLOCK = re.compile(r"\{(code|noformat)(?::([^}\n]{0,200}))?\}(.*?)(?:\{\1\}|\Z)", re.DOTALL)
_HEADING = re.compile(r"h([1-6])\.[ \t]+(.*)")
_LIST = re.compile(r"([*#-]{1,9})[ \t]+(.*)")
_ROW = re.compile(r"\|\|?.*\|")
_PANEL = re.compile(r"\{panel(?::([^}\n]{0,300}))?\}|\{(quote|info|note|tip|warning)(?::[^}\n]{0,300})?\}")
_COLOR = re.compile(r"\{(?:color(?::[^}\n]{0,40})?|anchor:[^}\n]{0,80}|section|column)\}")
# One pass over a line: what is kept as it is comes first.
_INLINE = re.compile(
    r"\{\{(?P<code>[^\n]{0,2000}?)\}\}"
    r"|\[~(?:accountid:)?(?P<person>[^\]\n|]{1,100})\]"
    r"|\[(?P<name>[^\]\n|\[]{1,500})\|(?P<target>[^\]\n|]{1,2000})(?:\|[^\]\n]{0,500})?\]"
    r"|\[(?P<bare>(?:https?|ftp|mailto|file):[^\]\n]{1,2000})\]"
    r"|\[\^(?P<file>[^\]\n]{1,250})\]"
    r"|!(?P<image>[^!\s|][^!\n|]{0,250}\.[A-Za-z0-9]{2,5}|https?://[^!\s|]{1,500})(?:\|[^!\n]{0,200})?!"
    r"|(?P<address>https?://[^\s|\]}]+)"
    r"|(?P<escaped>\\[*_\-+^~{}\[\]!|?])"
    r"|(?<![\w*])\*(?P<strong>[^\s*](?:[^*\n]{0,2000}?[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<em>[^\s_](?:[^_\n]{0,2000}?[^\s_])?)_(?![\w_])"
    r"|(?<![\w-])-(?P<strike>[^\s-](?:[^-\n]{0,500}?[^\s-])?)-(?![\w-])"
    r"|(?<![\w+])\+(?P<inserted>[^\s+](?:[^+\n]{0,500}?[^\s+])?)\+(?![\w+])"
    r"|\?\?(?P<cite>[^?\n]{1,500})\?\?"
)


def to_markdown(text: str) -> str:
    """Return wiki markup as Markdown."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text and re.search(r"&(?:lt|gt|amp|quot|#39);", text):
        text = html.unescape(text)
    parts: list[str] = []
    place = 0
    for block in _BLOCK.finditer(text):
        parts += [_prose(text[place : block.start()]), _code(block[1], block[2] or "", block[3])]
        place = block.end()
    parts.append(_prose(text[place:]))
    return tidy("\n".join(part for part in parts if part))


def _code(kind: str, options: str, content: str) -> str:
    words = [word for word in options.split("|") if word]
    language = next((word for word in words if "=" not in word), "")
    named = dict(word.split("=", 1) for word in words if "=" in word)
    language = named.get("language", language) if kind == "code" else ""
    title = f"\n**{named['title']}**\n" if named.get("title") else ""
    return f"{title}{fenced(content, language)}"


def _prose(text: str) -> str:
    """Return text without code blocks; quotes and panels become block quotes."""
    if not text.strip():
        return ""
    text = _COLOR.sub("", text)
    parts: list[str] = []
    place, opened = 0, ""
    for mark in _PANEL.finditer(text):
        piece = _lines(text[place : mark.start()])
        kind = mark[2] or "panel"
        parts.append(quoted(piece) if opened else piece)
        place = mark.end()
        if opened == kind:
            opened = ""
        elif not opened:
            opened = kind
            title = re.search(r"title=([^|}]+)", mark[1] or "")
            parts.append(f"> **{title[1].strip()}**" if title else "")
    piece = _lines(text[place:])
    parts.append(quoted(piece) if opened else piece)
    return "\n".join(part for part in parts if part)


def _lines(text: str) -> str:
    result: list[str] = []
    in_table, depth, was_blank = False, 0, False
    for line in text.split("\n"):
        bare = line.strip()
        was_item = False
        is_row = bool(_ROW.fullmatch(bare))
        if is_row:
            result += _table_row(bare, is_first=not in_table)
        elif match := _HEADING.match(bare):
            result += ["", f"{'#' * min(6, int(match[1]) + 1)} {_inline(match[2])}", ""]
        elif match := _LIST.match(bare):
            item, depth = list_item(match[1], _inline(match[2]), depth)
            result.append(item)
            was_item = True
        elif bare.startswith("bq. "):
            result += ["", f"> {_inline(bare[4:])}", ""]
        elif bare == "----":
            result += ["", "---", ""]
        else:
            # Without an empty line, Markdown would take the text for one more row.
            result += [*([""] if in_table and bare else []), _inline(line.rstrip())]
        in_table = is_row
        depth = 0 if bare and not was_item and was_blank else depth
        was_blank = not bare
    return "\n".join(result)


def _table_row(row: str, *, is_first: bool) -> list[str]:
    is_head = row.startswith("||")
    # A bar inside a link is no border of a cell.
    kept = re.sub(r"\[[^\]\n]*\]", lambda match: match[0].replace("|", "\0"), row)
    cells = [cell.replace("\0", "|") for cell in re.split(r"\|\|?", kept)[1:-1]]
    return table_row([_inline(cell.strip()) for cell in cells], is_first=is_first, is_head=is_head)


def _inline(line: str) -> str:
    return _INLINE.sub(_span, line) if line else ""


def _span(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    text = match[kind] or ""
    if kind == "target":
        name = _INLINE.sub(_span, match["name"])
        return f"[{name}]({address(text)})" if is_safe(text) else f"{name} ({text})"
    if kind == "code":
        return code(text)
    if kind in ("strong", "em", "strike", "inserted"):
        mark = {"strong": "**", "em": "*", "strike": "~~", "inserted": ""}[kind]
        return f"{mark}{_INLINE.sub(_span, text)}{mark}"
    if kind == "image":
        return image(text)
    return {
        "person": text,
        "bare": f"<{text}>" if is_safe(text) and " " not in text else text,
        "file": f"[{text}]({address(text)})",
        "address": text,
        "escaped": text,
        "cite": f"*{text}*",
    }.get(kind, match[0])
