"""Textile, as Redmine reads it, as Markdown. What is no markup stays as it is; code is never converted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.importers.markup import address, code, fenced, image, link, list_item, quoted, table_row, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTILE, MARKDOWN = "textile", "markdown"
# Classes, styles, languages and alignment of a block: (note){color:red}[en]=.
_ATTRIBUTES = r"(?:\([^()\n]{0,80}\)|\{[^{}\n]{0,200}\}|\[[a-z_-]{1,10}\]|[()<>=-]){0,6}"
# Code; Markdown's own fences, which many write out of habit, stay.
_PRE = re.compile(
    r"<pre\b[^>\n]{0,200}>(?P<code>.*?)(?:</pre>|\Z)|^(?P<fence>`{3,})[^`\n]*$.*?(?:^(?P=fence)[ \t]*$|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_CODE_TAG = re.compile(r"<code\b([^>\n]{0,200})>(.*)", re.DOTALL | re.IGNORECASE)
_CODE_END = re.compile(r"</code>\Z", re.IGNORECASE)
_LANGUAGE = re.compile(r"class=[\"']?(?:language-|syntaxhl[ ]+)?([\w+#.-]+)", re.IGNORECASE)
_HEADING = re.compile(rf"h([1-6]){_ATTRIBUTES}\.[ \t]+(.*)")
_PARAGRAPH = re.compile(rf"(?:p{_ATTRIBUTES}|div{_ATTRIBUTES})\.[ \t]+(.*)")
_QUOTE = re.compile(rf"bq{_ATTRIBUTES}\.(?::\S{{1,500}})?[ \t]+(.*)")
_FOOTNOTE = re.compile(rf"fn([0-9]{{1,3}}){_ATTRIBUTES}\.[ \t]+(.*)")
_LIST = re.compile(r"([*#]{1,9})(?:\{[^{}\n]{0,200}\}|\([^()\n]{0,80}\))?[ \t]+(.*)")
_TABLE = re.compile(rf"table{_ATTRIBUTES}\.[ \t]*")
_ROW = re.compile(rf"(?:{_ATTRIBUTES}\.[ \t]+)?(\|.*\|)")
_ROW_START = re.compile(rf"(?:{_ATTRIBUTES}\.[ \t]+)?\|.*[^|]")
_CELL = re.compile(rf"(_?(?:[\\/][0-9]{{1,2}}|[~^]|{_ATTRIBUTES}){{0,4}}\.)[ \t]+(.*)", re.DOTALL)
_HELD = re.compile(r"\[\[[^\]\n]{0,500}\]\]|@[^@|\n]{0,200}\|[^@\n]{0,200}@")
_LONGEST_ROW = 20
_MOST_SPAN = 30
_COLLAPSE = re.compile(r"\{\{collapse(?:\(([^)\n]{0,200})\))?")
_RULE = re.compile(r"-{3,}")
_PUNCTUATION = ".,;:!?'()[]{}*"
_SPAN_STYLE = r"(?:\{[^{}\n]{0,200}\}|\([^()\n]{1,80}\)|\[[a-z_-]{1,10}\])"
_WORDS = r"[^\s{0}](?:[^{0}\n]{{0,2000}}?[^\s{0}])?"


def _marked(sign: str, name: str) -> str:
    """Return the pattern of a span between two of a sign, which no letter may touch from outside."""
    one = re.escape(sign)
    style = r"(?:\{[^{}\n]{0,200}\})?"
    return rf"|(?<![\w{one}]){one}{style}(?P<{name}>{_WORDS.format(one)}){one}(?![\w{one}])"


# One pass over a line: what is kept as it is comes first.
_INLINE = re.compile(
    r"(?P<kept>`[^`\n]{1,1000}`)"
    r"|<code\b[^>\n]{0,200}>(?P<tagged>[^\n]{0,1000}?)</code>"
    r"|<notextile>(?P<raw>[^\n]{0,1000}?)</notextile>"
    r"|(?<!\w)@(?:\|\w{1,20}\|)?(?P<code>[^\s@](?:[^@\n]{0,1000}?[^\s@])?)@(?!\w)"
    r"|\{\{thumbnail\((?P<thumbnail>[^,)\n]{1,250})[^)\n]{0,200}\)\}\}"
    r"|(?P<macro>!?\{\{[^{}\n]{1,500}\}\})"
    r"|!?\[\[(?P<page>[^\]\n|]{1,300})\|(?P<title>[^\]\n|]{1,300})\]\]"
    r"|(?P<wiki>!?\[\[[^\]\n|]{1,300}\]\])"
    rf"|(?<!\w)\"{_SPAN_STYLE}?(?P<name>[^\"\n]{{1,500}}?)\s?(?:\([^()\"\n]{{1,200}}\))?\":"
    r"(?P<target>(?:https?://|ftp://|mailto:|www\.|/)[^\s<>\"|]{1,2000})"
    r"|!(?:\{[^{}\n]{0,200}\}|\([^()\n]{1,80}\)|[<>=]){0,3}"
    r"(?P<image>https?://[^!\s|(]{1,500}|[^!\s|(][^!\n|(]{0,250}\.[A-Za-z0-9]{2,5})"
    r"(?:\((?P<alt>[^)\n]{1,200})\))?!(?::(?P<around>https?://[^\s<>\"|]{1,2000}))?"
    r"|(?<![\w!])attachment:(?:\"(?P<quoted>[^\"\n]{1,250})\"|(?P<file>[^\s\"<>|]{1,250}[\w)]))"
    r"|(?P<address>https?://[^\s<>\"|]+)"
    rf"|(?<![\w%])%{_SPAN_STYLE}{{1,3}}(?P<span>{_WORDS.format('%')})%(?!\w)"
    rf"|(?<!\w)__(?P<italic>{_WORDS.format('_')})__(?!\w)"
    rf"|(?<![\w*])\*\*(?P<bold>{_WORDS.format('*')})\*\*(?![\w*])"
    + _marked("*", "strong")
    + _marked("_", "em")
    + _marked("-", "strike")
    + _marked("+", "inserted")
    + r"|\?\?(?P<cite>[^?\n]{1,500})\?\?"
    r"|(?<=\w)\[(?P<note>[0-9]{1,3})\]"
)
_MARKS = {
    "strong": "**",
    "bold": "**",
    "em": "*",
    "italic": "*",
    "cite": "*",
    "strike": "~~",
    "inserted": "",
}
# What only one of the two markups has.
_TEXTILE_SIGN = re.compile(
    rf"^[ \t]{{0,20}}(?:(?:h[1-6]|bq|fn[0-9]{{1,3}}|table|p(?=[(){{<>=])){_ATTRIBUTES}\.(?:[ \t]|$)"
    r"|\*{2,9}[ \t]|\|_\.)"
    r"|<pre\b|\{\{collapse|(?<!\w)@[^\s@`](?:[^@`\n]{0,200}?[^\s@])?@(?!\w)"
    r"|(?<!\w)\"[^\"\n]{1,500}\":(?:https?://|mailto:|/\w)|%\{[^{}\n]{1,200}\}[^%\n]{1,500}%"
    r"|(?<!\w)![^!\s|\[][^!\n|\[]{0,250}\.[A-Za-z0-9]{2,5}!",
    re.MULTILINE,
)
_MARKDOWN_SIGN = re.compile(
    r"^[ \t]{0,20}(?:`{3}|~{3})|`[^`\n]{1,500}`|\]\([^\s)]{1,2000}\)|~~[^~\n]{1,500}~~|(?:\A|\n\n)#{2,6}[ \t]"
    r"|^[ \t]{0,20}\|?[ \t]{0,20}:?-{3,200}:?[ \t]{0,20}\|",
    re.MULTILINE,
)


def to_markdown(text: str) -> str:
    """Return Textile as Markdown."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    converter = _Converter(text)
    parts: list[str] = []
    place = 0
    for block in _PRE.finditer(text):
        parts += [converter.prose(text[place : block.start()])]
        parts += [block[0] if block["fence"] else _code(block["code"])]
        place = block.end()
    parts.append(converter.prose(text[place:]))
    return tidy("\n".join(part for part in parts if part))


def looks(text: str) -> str:
    """Return the markup whose signs a text has, empty if it has none or those of both."""
    has_textile, has_markdown = (bool(sign.search(text)) for sign in (_TEXTILE_SIGN, _MARKDOWN_SIGN))
    return "" if has_textile == has_markdown else TEXTILE if has_textile else MARKDOWN


def _code(content: str) -> str:
    inside = _CODE_TAG.fullmatch(content.strip())
    if inside is None:
        return fenced(content)
    language = _LANGUAGE.search(inside[1])
    return fenced(_CODE_END.sub("", inside[2]), language[1] if language else "")


class _Converter:
    """What a whole text says of its lines: the footnotes that it has, and whether `}}` ends a part that collapses."""

    def __init__(self, text: str) -> None:
        self._notes = {found[1] for line in text.split("\n") if (found := _FOOTNOTE.match(line))}
        self._collapses = bool(_COLLAPSE.search(text))

    def prose(self, text: str) -> str:
        """Return text without blocks of code as Markdown."""
        if not text.strip():
            return ""
        lines, result = text.split("\n"), list[str]()
        table: _Table | None = None
        at, depth, was_blank = 0, 0, True
        while at < len(lines):
            row, used = _row(lines, at)
            bare = lines[at].strip()
            item = None if row else _LIST.match(bare)
            if row:
                table = table or _Table()
                result += table.row(row, self.inline)
            elif item:
                shown, depth = list_item(item[1], self.inline(item[2]), depth)
                result.append(shown)
            elif not _TABLE.fullmatch(bare):
                result += self._line(lines[at].rstrip(), bare)
                depth = 0 if bare and was_blank else depth
            table = table if row else None
            was_blank = not bare
            at += used
        return "\n".join(result)

    def _line(self, line: str, bare: str) -> list[str]:
        """Return a line that is neither a row nor an item."""
        if found := _HEADING.match(bare):
            return ["", f"{'#' * min(6, int(found[1]) + 1)} {self.inline(found[2])}", ""]
        if found := _QUOTE.match(bare):
            return [quoted(self.inline(found[1]))]
        if found := _FOOTNOTE.match(bare):
            return ["", f"[^{found[1]}]: {self.inline(found[2])}", ""]
        if found := _PARAGRAPH.match(bare):
            return [self.inline(found[1])]
        if found := _COLLAPSE.fullmatch(bare):
            return ["", f"**{found[1]}**", ""] if found[1] else []
        if bare == "}}" and self._collapses:
            return [""]
        return ["", "---", ""] if _RULE.fullmatch(bare) else [self.inline(line)]

    def inline(self, line: str) -> str:
        """Return a line without markup of blocks."""
        return _INLINE.sub(self._span, line) if line else ""

    def _span(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        text = match[kind] or ""
        if kind in _MARKS:
            return f"{_MARKS[kind]}{self.inline(text)}{_MARKS[kind]}"
        if kind == "span":
            return self.inline(text)
        if kind in ("code", "tagged"):
            return code(text)
        if kind == "target":
            return self._link(match["name"], text)
        if kind in ("image", "alt", "around"):
            shown = image(match["image"], match["alt"] or "")
            return f"[{shown}]({address(match['around'])})" if match["around"] else shown
        if kind == "thumbnail":
            return image(text.strip())
        if kind in ("file", "quoted"):
            return link(text, text)
        if kind == "title":
            return f"{text} ([[{match['page']}]])"
        if kind == "note":
            return f"[^{text}]" if text in self._notes else match[0]
        return text.removeprefix("!") if kind in ("macro", "wiki") else text or match[0]

    def _link(self, name: str, target: str) -> str:
        """Return a link; the punctuation behind its address is none of it."""
        bare = target.rstrip(_PUNCTUATION)
        if bare.count("(") > bare.count(")") and target[len(bare) :].startswith(")"):
            bare += ")"
        rest = target[len(bare) :]
        bare = f"https://{bare}" if bare.startswith("www.") else bare
        return f"[{self.inline(name)}]({address(bare)}){rest}"


def _row(lines: list[str], at: int) -> tuple[str, int]:
    """Return the row of a table that begins in a line, empty for none, and how many lines were read."""
    text = lines[at].strip()
    if whole := _ROW.fullmatch(text):
        return whole[1], 1
    if _ROW_START.fullmatch(text):
        for used in range(2, _LONGEST_ROW + 1):
            if at + used > len(lines) or not (more := lines[at + used - 1].strip()) or more[0] == "|":
                break
            text = f"{text} {more}"
            if more.endswith("|") and (whole := _ROW.fullmatch(text)):
                return whole[1], used
    return "", 1


class _Table:
    """The rows of a table so far: `_spans` has, by column, in how many rows below a cell goes on."""

    def __init__(self) -> None:
        self._spans: dict[int, int] = {}
        self._is_first = True

    def row(self, text: str, inline: Callable[[str], str]) -> list[str]:
        """Return the lines of a row; a cell that spans several is followed by empty ones."""
        # A bar inside a link or code is no border of a cell.
        kept = _HELD.sub(lambda match: match[0].replace("|", "\0"), text)
        cells: list[str] = []
        is_head = True
        for one in kept.split("|")[1:-1]:
            self._fill(cells)
            found = _CELL.match(one.lstrip())
            signs, cell = (found[1], found[2]) if found else ("", one)
            is_head = is_head and signs.startswith("_")
            if down := re.search(r"/([0-9]+)", signs):
                self._spans[len(cells)] = min(int(down[1]), _MOST_SPAN) - 1
            cells.append(inline(cell.strip().replace("\0", "|")))
            if across := re.search(r"\\([0-9]+)", signs):
                cells += [""] * (min(int(across[1]), _MOST_SPAN) - 1)
        self._fill(cells)
        lines = table_row(cells, is_first=self._is_first, is_head=is_head)
        self._is_first = False
        return lines

    def _fill(self, cells: list[str]) -> None:
        while self._spans.get(len(cells), 0) > 0:
            self._spans[len(cells)] -= 1
            cells.append("")
