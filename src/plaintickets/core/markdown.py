"""The outline of a Markdown text: its headings, and which lines are examples (code or HTML comments).

Every reader of text uses this module, so that all agree on what an example is. The rules are those of
CommonMark: fences of any length, made of backticks or tildes, also in lists; indented code; HTML comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_HAS_EXAMPLES = re.compile(r"```|~~~|<!--|^(?: {4}| {0,3}\t)|[-+*.)](?: {5}|[ ]*\t)", re.MULTILINE)
_FENCE = re.compile(r"(`{3,})[^`]*\Z|(~{3,})")
_ITEM = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|\Z)")
_BREAK = re.compile(r"([-*_])(?:[ \t]*\1){2,}\Z")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(\S.*?)?)?(?:[ \t]+#+)?[ \t]*\Z")
_UNDERLINE = re.compile(r"(?:=+|-+)\Z")
COMMENT = "<!--"
_MOST_READINGS = 8
_FAULT = 2  # the cost of an unmatched fence; a pair of unequal length costs half


class State(NamedTuple):
    """What is open between two lines.

    `lists` holds the columns where the text of the open list items begins. `fence` is the sign that opened
    the code, or `<!--`. `inside` is the column of the list item that holds the code.
    """

    lists: tuple[int, ...] = ()
    fence: str = ""
    inside: int = 0
    in_paragraph: bool = False


class Heading(NamedTuple):
    """A heading: its level, its text, and the number of its line, counted from 0."""

    level: int
    text: str
    line: int


START = State()


def step(state: State, line: str) -> tuple[State, bool]:
    """Return the state after a line (without its line end), and whether the line is an example."""
    rest = line.lstrip(" \t")
    indent = len(line) - len(rest)
    if indent and "\t" in line[:indent]:
        indent = len(line[:indent].expandtabs(4))
    rest = rest.rstrip()
    if state.fence:
        if state.fence == COMMENT and (not rest or indent >= state.inside):
            return (State(state.lists) if "-->" in line else state), True
        if not rest or indent >= state.inside:
            is_closed = rest.startswith(state.fence) and not rest.strip(state.fence[0]) and indent < state.inside + 4
            return (State(state.lists) if is_closed else state), True
        state = State(state.lists)  # the end of the list item ends the code
    if not rest:
        return state._replace(in_paragraph=False), False
    return _opened(state, indent, rest)


def _opened(state: State, indent: int, rest: str) -> tuple[State, bool]:
    """Return the state after a line that is outside fences and not blank, and whether it is an example."""
    lists, in_paragraph = state.lists, state.in_paragraph
    inner = tuple(column for column in lists if column <= indent) if lists and indent < lists[-1] else lists
    while True:
        column = inner[-1] if inner else 0
        if indent - column >= 4:
            return (State(lists, "", 0, True), False) if in_paragraph else (State(inner), True)
        fence = _FENCE.match(rest)
        if fence:
            return State(inner, fence[1] or fence[2], column), True
        if rest.startswith(COMMENT):
            return State(inner, "" if "-->" in rest else COMMENT, column), True
        if _BREAK.match(rest) or _HEADING.match(rest) or (in_paragraph and inner == lists and _UNDERLINE.match(rest)):
            return State(inner), False
        item = _ITEM.match(rest)
        text = rest[item.end() :].lstrip(" \t") if item else ""
        if not item or (in_paragraph and inner == lists and (not text or item[1] not in (None, "1"))):
            # A line that only continues a paragraph leaves the list item open.
            return State(lists if in_paragraph else inner, "", 0, True), False
        blanks = len(rest) - item.end() - len(text)
        indent += item.end() + (blanks if text and blanks <= 4 else 1)
        inner = (*inner, indent)
        if not text or blanks > 4:
            return State(inner), blanks > 4
        rest, lists, in_paragraph = text, inner, False


def has_fences(text: str) -> bool:
    """Tell whether the text holds a sign that can open fenced code or an HTML comment."""
    return "```" in text or "~~~" in text or COMMENT in text


def blanked(text: str) -> str:
    """Replace the examples in the text by blanks; every other character keeps its position."""
    if not _HAS_EXAMPLES.search(text):
        return text
    state, lines = START, text.split("\n")
    for number, line in enumerate(lines):
        state, is_example = step(state, line)
        if is_example:
            lines[number] = _blank(line)
    return "\n".join(lines)


def blanked_around(text: str, landmark: re.Pattern[str]) -> str:
    """Blank the examples like `blanked`, but end unclosed code before a line that matches the landmark.

    Such a line is an example only if the fences around it match. Of all readings of the text, the one with
    the fewest unmatched fences counts, then the one with the fewest landmarks in examples.
    """
    if not has_fences(text):
        return text
    lines = text.split("\n")
    readings: dict[tuple[State, bool], _Reading] = {(START, False): _Reading(0, 0, None)}
    for number, line in enumerate(lines):
        is_landmark = landmark.match(line) is not None
        found: dict[tuple[State, bool], _Reading] = {}
        for (state, hides), reading in readings.items():
            after, is_example = step(state, line)
            if not is_example:
                is_stray = line.strip() == "-->"
                _keep(found, (after, False), reading._replace(faults=reading.faults + _FAULT * is_stray))
                continue
            faults = reading.faults + _FAULT * (is_landmark and not hides) + _is_uneven(state, after, line)
            more = _Reading(faults, reading.hidden + is_landmark, (number, reading.examples))
            _keep(found, (after, bool(after.fence) and (hides or is_landmark)), more)
            if is_landmark:
                _keep(found, (START, False), reading._replace(faults=reading.faults + _FAULT))
        readings = found
        if len(found) > _MOST_READINGS:
            readings = dict(sorted(found.items(), key=lambda pair: pair[1][:2])[:_MOST_READINGS])
    for (state, hides), reading in list(readings.items()):
        if state.fence and not state.inside:
            readings[state, hides] = reading._replace(faults=reading.faults + _FAULT)
    trail = min(readings.values(), key=lambda reading: reading[:2]).examples
    while trail:
        lines[trail[0]] = _blank(lines[trail[0]])
        trail = trail[1]
    return "\n".join(lines)


def closes_all(text: str) -> bool:
    """Tell whether a text closes all code and HTML comments that it opens, each with a fence as long as the first."""
    if not has_fences(text):
        return "-->" not in text
    state = START
    for line in text.split("\n"):
        after, is_example = step(state, line)
        if _is_uneven(state, after, line) or (not is_example and line.strip() == "-->"):
            return False
        state = after
    return not state.fence


def _is_uneven(before: State, after: State, line: str) -> bool:
    """Tell whether a line closes code with a fence of another length than the opening one."""
    return before.fence not in ("", COMMENT) and not after.fence and len(line.strip()) != len(before.fence)


class _Reading(NamedTuple):
    """A reading of a text: unmatched fences or fences around landmarks, landmarks inside them, and example lines."""

    faults: int
    hidden: int
    examples: tuple[int, Any] | None


def _keep(readings: dict[tuple[State, bool], _Reading], state: tuple[State, bool], reading: _Reading) -> None:
    if state not in readings or reading[:2] < readings[state][:2]:
        readings[state] = reading


def _blank(line: str) -> str:
    return " " * (len(line) - 1) + "\r" if line.endswith("\r") else " " * len(line)


def continuations(text: str) -> set[int]:
    """Return where the lines begin that only continue a paragraph, which may be that of a list item."""
    found, place, state = set[int](), 0, START
    for line in text.split("\n"):
        after, is_example = step(state, line)
        if state.in_paragraph and after.in_paragraph and not is_example and not _ITEM.match(line.lstrip(" \t")):
            found.add(place)
        state, place = after, place + len(line) + 1
    return found


def headings(text: str) -> Iterator[Heading]:
    """Yield the headings that begin at a line's first character, outside examples."""
    for number, line in enumerate(blanked(text).split("\n")):
        if line[:1] == "#" and (match := _HEADING.match(line.rstrip())):
            yield Heading(len(match[1]), match[2] or "", number)


def open_fence(text: str) -> int:
    """Return the line number, from 0, of code or an HTML comment that stays open to the end, or -1."""
    state, opened = START, -1
    for number, line in enumerate(text.split("\n") if _HAS_EXAMPLES.search(text) else ()):
        before = state.fence
        state, _ = step(state, line)
        if state.fence and not before:
            opened = number
    return opened if state.fence and not state.inside else -1
