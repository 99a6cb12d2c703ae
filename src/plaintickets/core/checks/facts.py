"""The parts of a file's text that checks need, so that bodies need not stay in memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import heading_start
from plaintickets.core.markdown import blanked

if TYPE_CHECKING:
    from collections.abc import Iterator

# Control characters except tab and line ends, and those that reverse the direction of text (UAX #9, 2.1 to 2.4).
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_REMNANT = re.compile(r"^={7}\r?\n(?:(?!={7}\r?\n)[^\n]*\n)*?(>{7} )", re.MULTILINE)
_HEADING = re.compile(r"(#{2,6})[ \t]+(\S.*)")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+\[ \][ \t]")
_COMMON = bytes(range(0x20, 0x7F)) + b"\t\n"
ACCEPTANCE = "acceptance"
MOST_LINES = 20
MOST_HEADINGS = 500


class Facts(NamedTuple):
    """Facts about one file's text.

    The headings with text below them, casefolded; the number of unticked acceptance items, and the line of
    the first; the lines with suspicious characters, and these characters; the line of a leftover merge
    marker, or 0; whether a line ends in CR LF; whether every line of the front matter is one key, with its value as
    it stands there.
    """

    headings: frozenset[str] = frozenset()
    unticked: int = 0
    unticked_line: int = 0
    odd: tuple[tuple[int, str], ...] = ()
    remnant: int = 0
    crlf: bool = False
    is_plain: bool = True


NONE = Facts()


def facts_of(text: str, body: str) -> Facts:
    """Return the facts of a file with this text, which ends with the body."""
    is_common = text.isascii() and not text.encode().translate(None, _COMMON)  # a sixth of the time of the search
    odd = odd_lines(text) if not is_common and _ODD.search(text) else ()
    remnant = 0
    if "\n>>>>>>> " in text and "\n<<<<<<< " not in text and (match := _REMNANT.search(text)):
        remnant = text.count("\n", 0, match.start(1)) + 1
    headings: set[str] = set()
    unticked = unticked_line = 0
    if "## " in body:
        notes = heading_start(body)
        lines = (body if notes < 0 else body[:notes]).split("\n")
        for number, above, line in _outside_code(lines):
            if len(headings) < MOST_HEADINGS:
                headings.update(above)
            if any(name.startswith(ACCEPTANCE) for name in above) and _ITEM.match(line):
                unticked += 1
                unticked_line = unticked_line or number
    if unticked:
        unticked_line += text.count("\n", 0, len(text) - len(body))
    crlf = not is_common and "\r\n" in text
    if not (odd or remnant or headings or crlf):
        return NONE
    return Facts(frozenset(headings), unticked, unticked_line, odd, remnant, crlf)


def _outside_code(lines: list[str]) -> Iterator[tuple[int, list[str], str]]:
    """Yield lines that are neither blank nor headings, numbered from 1, with the headings above each."""
    above: dict[int, str] = {}
    names: list[str] = []
    shown = blanked("\n".join(lines)).split("\n")
    for number, (line, outside) in enumerate(zip(lines, shown, strict=True), 1):
        if outside[:2] == "##" and (match := _HEADING.match(outside)):
            level = len(match[1])
            above = {depth: name for depth, name in above.items() if depth < level}
            above[level] = match[2].strip().rstrip("#").rstrip().casefold()
            names = list(above.values())
        elif names and not line.isspace() and line:
            yield number, names, outside


def odd_lines(text: str) -> tuple[tuple[int, str], ...]:
    """Return the first lines with suspicious characters, and these characters."""
    found: dict[int, dict[str, None]] = {}
    line, place = 1, 0
    for match in _ODD.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        if line not in found and len(found) == MOST_LINES:
            break
        found.setdefault(line, {})[match[0]] = None
    return tuple((line, ", ".join(map(code_point, signs))) for line, signs in found.items())


def odd_characters(text: str) -> str:
    """Return the suspicious characters of a text, by code point and name; empty if there are none."""
    return "" if text.isprintable() else ", ".join(code_point(sign) for sign in dict.fromkeys(_ODD.findall(text)))


def code_point(sign: str) -> str:
    """Return a character as U+202E RIGHT-TO-LEFT OVERRIDE; control characters have no names in Unicode."""
    from unicodedata import name

    known = {"\x00": "NUL", "\x07": "BEL", "\x08": "BACKSPACE", "\x1b": "ESCAPE", "\x7f": "DELETE", "\x9b": "CSI"}
    return f"U+{ord(sign):04X} {known.get(sign) or name(sign, 'control character')}"
