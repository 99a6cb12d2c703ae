"""Jira wiki markup as Markdown. What is no markup stays as it is; code is never converted."""

from __future__ import annotations

import html
import re

# Blocks whose content is taken as it is: {code:java}…{code}, {noformat}…{noformat}.
_BLOCK = re.compile(r"\{(code|noformat)(?::([^}\n]{0,200}))?\}(.*?)(?:\{\1\}|\Z)", re.DOTALL)
_HEADING = re.compile(r"h([1-6])\.[ \t]+(.*)")
_LIST = re.compile(r"([*#-]{1,9})[ \t]+(.*)")
_ROW = re.compile(r"\|\|?.*\|")
_PANEL = re.compile(r"\{panel(?::([^}\n]{0,300}))?\}|\{(quote|info|note|tip|warning)(?::[^}\n]{0,300})?\}")
_COLOR = re.compile(r"\{(?:color(?::[^}\n]{0,40})?|anchor:[^}\n]{0,80}|section|column)\}")
# One pass over a line: what is kept as it is comes first.
_INLINE = re.compile(
    r"\{\{(?P<code>[^\n]*?)\}\}"
    r"|\[~(?:accountid:)?(?P<person>[^\]\n|]{1,100})\]"
    r"|\[(?P<name>[^\]\n|\[]{1,500})\|(?P<target>[^\]\n|]{1,2000})(?:\|[^\]\n]*)?\]"
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
_DANGEROUS = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_KNOWN = ("http:", "https:", "ftp:", "mailto:")


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
    return re.sub(r"\n{3,}", "\n\n", "\n".join(part for part in parts if part)).strip("\n")


def _code(kind: str, options: str, content: str) -> str:
    words = [word for word in options.split("|") if word]
    language = next((word for word in words if "=" not in word), "")
    named = dict(word.split("=", 1) for word in words if "=" in word)
    language = re.sub(r"[^\w+#.-]", "", named.get("language", language)).lower() if kind == "code" else ""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    title = f"\n**{named['title']}**\n" if named.get("title") else ""
    body = content.strip("\n")
    return f"{title}\n{fence}{language}\n{body}\n{fence}\n"


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
        parts.append(_quoted(piece) if opened else piece)
        place = mark.end()
        if opened == kind:
            opened = ""
        elif not opened:
            opened = kind
            title = re.search(r"title=([^|}]+)", mark[1] or "")
            parts.append(f"> **{title[1].strip()}**" if title else "")
    piece = _lines(text[place:])
    parts.append(_quoted(piece) if opened else piece)
    return "\n".join(part for part in parts if part)


def _quoted(text: str) -> str:
    lines = text.strip("\n").split("\n")
    return "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n" if text.strip() else ""


def _lines(text: str) -> str:
    result: list[str] = []
    in_table = False
    for line in text.split("\n"):
        bare = line.strip()
        is_row = bool(_ROW.fullmatch(bare))
        if is_row:
            result += _table_row(bare, is_first=not in_table)
        elif match := _HEADING.match(bare):
            result += ["", f"{'#' * min(6, int(match[1]) + 1)} {_inline(match[2])}", ""]
        elif match := _LIST.match(bare):
            depth = len(match[1])
            mark = "1." if match[1][-1] == "#" else "-"
            result.append(f"{'   ' * (depth - 1)}{mark} {_inline(match[2])}")
        elif bare.startswith("bq. "):
            result += ["", f"> {_inline(bare[4:])}", ""]
        elif bare == "----":
            result += ["", "---", ""]
        else:
            result.append(_inline(line.rstrip()))
        in_table = is_row
    return "\n".join(result)


def _table_row(row: str, *, is_first: bool) -> list[str]:
    is_head = row.startswith("||")
    # A bar inside a link is no border of a cell.
    kept = re.sub(r"\[[^\]\n]*\]", lambda match: match[0].replace("|", "\0"), row)
    cells = [cell.replace("\0", "|") for cell in re.split(r"\|\|?", kept)[1:-1]]
    line = "| " + " | ".join(_inline(cell.strip()).replace("|", "\\|") for cell in cells) + " |"
    rule = "|" + " --- |" * len(cells)
    if is_head:
        return ["", line, rule] if is_first else [line]
    return ["", "|" + "  |" * len(cells), rule, line] if is_first else [line]


def _inline(line: str) -> str:
    return _INLINE.sub(_span, line) if line else ""


def _span(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    text = match[kind] or ""
    if kind == "target":
        name = _INLINE.sub(_span, match["name"])
        return f"[{name}]({address(text)})" if is_safe(text) else f"{name} ({text})"
    if kind == "code":
        return f"`{text}`" if text and "`" not in text else f"`` {text} ``"
    if kind in ("strong", "em", "strike", "inserted"):
        mark = {"strong": "**", "em": "*", "strike": "~~", "inserted": ""}[kind]
        return f"{mark}{_INLINE.sub(_span, text)}{mark}"
    if kind == "image":
        return f"![{text.rpartition('/')[2]}]({address(text)})" if is_safe(text) else text
    return {
        "person": text,
        "bare": f"<{text}>" if is_safe(text) and " " not in text else text,
        "file": f"[{text}]({address(text)})",
        "address": text,
        "escaped": text,
        "cite": f"*{text}*",
    }.get(kind, match[0])


def is_safe(target: str) -> bool:
    """Tell whether a link's target is an address on the web, a mail address, or relative."""
    scheme = _DANGEROUS.match(target.strip())
    return scheme is None or scheme[0].lower() in _KNOWN


def address(target: str) -> str:
    """Return a target as Markdown's link takes it."""
    target = target.strip()
    return f"<{target}>" if re.search(r"[\s()]", target) else target
