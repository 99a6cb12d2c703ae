"""The front matter as text: the lines of each key, and its value.

Every scalar is the typed string, as YAML 1.2 would keep it: `no`, `0755`, `1e3` and `2026-01-05` are not converted.
Plain lines, which make up nearly every ticket, are read here; PyYAML reads the others, key by key. The only blank of
a plain line is the space, because YAML readers disagree about tabs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

# Keys whose value is one word in every store.
SCALARS = frozenset(
    (
        *("assignee", "closed", "created", "due", "duplicate-of", "id", "parent", "portal-link", "priority"),
        *("reporter", "resolution", "status", "title", "type", "waiting_on", "wake"),
    )
)
# A line this parser owns: a bare key, then nothing, a plain scalar, or a flow list of plain items.
_KEY_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*):(?:[ \t]+(.*))?\Z", re.DOTALL)
# Plain scalars start with a letter, digit or a sign that YAML gives no meaning, and hold neither ": " nor " #".
_PLAIN = re.compile(r"[\w./(+$^;<=][^\x00-\x1f\x7f:#]*(?:(?::(?=[^\s])|(?<=[^\s])#)[^\x00-\x1f\x7f:#]*)*\Z")
_FLOW_ITEM = re.compile(r"[\w./(+$^;<=][^\x00-\x1f\x7f:#,\[\]{}\"'&*!|>%@`]*\Z")
# The same two shapes for all lines at once: (key, plain scalar, opening bracket of a flow list, its items).
# Possessive, so that no line, however long and odd, is tried more than once.
_ITEM = r"[\w./(+$^;<=][^\n\t:#,\[\]{}\"'&*!|>%@`]*+"
_ROW = re.compile(
    r"^([A-Za-z_][A-Za-z0-9_.-]*+):(?: ++([\w./(+$^;<=][^\n\t:#]*+(?:(?::(?=[^\s])|(?<=[^\s])#)[^\n\t:#]*+)*+)"
    rf"| ++(\[) *+((?:{_ITEM}(?:, *+{_ITEM})*+)?+)\])? *+$",
    re.MULTILINE,
)
# Characters that YAML cannot hold unescaped, and those that YAML 1.1 (not 1.2) reads as line breaks.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NULLS = frozenset(("~", "null", "Null", "NULL"))
# The sign after which indented lines are text, even with `#`.
_BLOCK_SCALAR = re.compile(r"(?:^|[:?-])[ \t]+(?:[&!]\S*[ \t]+)*[|>][-+1-9]{0,2}[ \t]*(?:[ \t]#.*)?$")


class Entry(NamedTuple):
    """A key and the lines [start, end) of the front matter that hold it."""

    key: str
    start: int
    end: int


def cut(lines: list[str]) -> list[Entry] | None:
    """Return the top-level entries of front-matter lines (without line ends), None if the shape is not plain."""
    keys: list[str] = []
    starts: list[int] = []
    for number, line in enumerate(lines):
        if not line or line[0] == "#" or not line.strip(" "):
            if "\r" in line:
                return None  # YAML ends a line there, so that a key may follow
            continue
        if line[0] in " \t" or line == "-" or line.startswith("- "):
            if not starts:
                return None
            continue
        match = _KEY_LINE.match(line)
        if match is None:
            return None
        keys.append(match[1])
        starts.append(number)
    return entries_at(keys, starts, lines)


def entries_at(keys: Iterable[str], starts: Sequence[int], lines: list[str]) -> list[Entry]:
    """Return the entries of keys that start at these lines, without comments and blank lines after them."""
    ends = [*starts[1:], len(lines)][: len(starts)]
    return [
        Entry(key, start, _content_end(lines, start, end)) for key, start, end in zip(keys, starts, ends, strict=True)
    ]


def _content_end(lines: list[str], start: int, end: int) -> int:
    last = end
    while last > start + 1 and is_comment_or_blank(lines[last - 1]):
        last -= 1
    if last < end and any(map(_BLOCK_SCALAR.search, lines[start:last])):
        while last < end and (lines[last][:1] in ("", " ", "\t")):
            last += 1
        while not lines[last - 1].strip(" "):
            last -= 1
    return last


def is_comment_or_blank(line: str) -> bool:
    """Return whether a line has only a YAML comment or blanks; the line must not be inside a multi-line text."""
    bare = line.lstrip(" ").removesuffix("\r")
    return not bare or bare[0] == "#"


def plain_value(line: str) -> Value | None:
    """Return the value of a one-line entry if this parser owns it, else None."""
    match = _KEY_LINE.match(line)
    if match is None or "\t" in line or _SPECIAL.search(line) is not None:
        return None
    text = (match[2] or "").strip(" ")
    if not text or text in _NULLS:
        return ""
    if text[0] == "[":
        return _flow_list(text)
    if _PLAIN.match(text) is None or text[-1] == ":":
        return None
    return text


def plain_list(lines: list[str]) -> Value | None:
    """Return the value of an entry with a block list of plain items if this parser owns it, else None."""
    match = _KEY_LINE.match(lines[0])
    if match is None or match[2] or "\t" in lines[0]:
        return None
    items: list[Value] = []
    dash = lines[1].partition("-")[0] + "- "
    if dash.strip(" ") != "-":
        return None
    for line in lines[1:]:
        item = line[len(dash) :].strip(" ")
        if not line.startswith(dash) or _PLAIN.match(item) is None or item[-1] == ":" or _SPECIAL.search(line):
            return None
        items.append("" if item in _NULLS else item)
    return items


def plain_keys(front: str) -> dict[str, Value] | None:
    """Return the keys if this parser owns every line, else None; `front` ends in a line end.

    A list in the place of one word, and one with an item that is nothing, are for the thorough reader, which reports
    them.
    """
    rows = _ROW.findall(front)
    if len(rows) != front.count("\n") or _SPECIAL.search(front):
        return None
    keys: dict[str, Value] = {}
    for key, value, brackets, items in rows:
        if brackets:
            if items and key in SCALARS:
                return None
            words: list[Value] = [item.strip(" ") for item in items.split(",")] if items else []
            if not _NULLS.isdisjoint(words):
                return None
            keys[key] = words
        else:
            text = value.rstrip(" ")
            if text[-1:] == ":":
                return None
            keys[key] = "" if text in _NULLS else text
    return keys if len(keys) == len(rows) else None


def loose_value(line: str) -> str:
    """Return the text of a one-line entry that is invalid YAML but can only mean that text, else empty.

    The bash tool writes values as they are given: `assignee: @bob`, `milestone: 2.0: the parser`.
    """
    match = _KEY_LINE.match(line)
    text = line[match.start(2) : comment_start(line)].strip(" \t") if match and match[2] else ""
    return "" if text[:1] in "[{\"'&*!|>" or _SPECIAL.search(text) else text


def _flow_list(text: str) -> Value | None:
    if text[-1] != "]":
        return None
    inner = text[1:-1].strip(" ")
    if not inner:
        return []
    items: list[Value] = []
    for part in inner.split(","):
        item = part.strip(" ")
        if _FLOW_ITEM.match(item) is None:
            return None
        items.append("" if item in _NULLS else item)
    return items


def comment_start(line: str) -> int:
    """Return the start of a trailing YAML comment, with the blanks before it, or the length of the entry."""
    value = line[line.index(":") + 1 :].lstrip(" \t")
    begin = len(line) - len(value)
    in_list = value[:1] in ("[", "{")
    quote = ""
    for place in range(begin, len(line)):
        sign = line[place]
        if quote:
            if sign == quote and not (quote == '"' and _escaped(line, place)):
                quote = ""
        elif sign in "\"'" and (place == begin or (in_list and line[place - 1] in " \t[,{:")):
            quote = sign
        elif sign == "#" and line[place - 1] in " \t":
            return len(line[:place].rstrip(" \t"))
    return len(line)


def _escaped(line: str, place: int) -> bool:
    backslashes = 0
    while place > 0 and line[place - 1] == "\\":
        place -= 1
        backslashes += 1
    return backslashes % 2 == 1
