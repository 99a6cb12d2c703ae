"""The items of checklists in a text: `- [ ] what`, ticked `- [x] what`. Items in code do not count."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import NamedTuple

from plaintickets.core.markdown import blanked, continuations

_ITEM = re.compile(r"^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)([ xX])(\][ \t]+)(\S[^\n]*)$", re.MULTILINE)


class Item(NamedTuple):
    """The text of an item, and whether it is ticked."""

    text: str
    is_ticked: bool


class Place(NamedTuple):
    """An item with its place in a text: its line ends at `line`, and the lines that belong to it at `end`."""

    start: int
    line: int
    end: int
    item: Item


def items(text: str) -> list[Item]:
    """Return the items of a text, from top to bottom."""
    return [Item(match[4].rstrip(), match[2] != " ") for match in _ITEM.finditer(blanked(text))]


def places(text: str) -> list[Place]:
    """Return the items of a text with their places.

    To an item belong the lines below it that are indented deeper, and those that continue its paragraph or that of
    such a line.
    """
    going_on = continuations(text)
    return [
        Place(match.start(), match.end(), _end(text, match, going_on), Item(match[4].rstrip(), match[2] != " "))
        for match in _ITEM.finditer(blanked(text))
    ]


def lines_below(text: str, place: Place) -> str:
    """Return the lines that belong to an item, without the blanks before all that are indented deeper."""
    indent = _indent(text[place.start : place.line])
    rows = text[place.line : place.end].strip("\n").split("\n")
    deeper = dedent("\n".join(row if _indent(row) > indent else "" for row in rows)).split("\n")
    return "\n".join(deep or row.strip() for deep, row in zip(deeper, rows, strict=True))


def _end(text: str, match: re.Match[str], going_on: set[int]) -> int:
    """Return where the last line ends that belongs to an item; `going_on` is where lines continue a paragraph."""
    indent = _indent(match[0])
    end = place = match.end()
    while place < len(text):
        after = text.find("\n", place + 1)
        after = len(text) if after < 0 else after
        line = text[place + 1 : after]
        if line.strip():
            if _indent(line) <= indent and place + 1 not in going_on:
                return end
            end = after
        place = after
    return end


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))


def ticked(before: str, after: str) -> tuple[list[Item], str]:
    """Return the items that were ticked or unticked, in their new state, and `before` with only these changes.

    Items are identified by their words; items with the same words are paired from top to bottom.
    """
    waiting: dict[str, list[bool]] = {}
    for item in items(after):
        waiting.setdefault(item.text, []).append(item.is_ticked)
    places = {text: iter(states) for text, states in waiting.items()}
    found: list[Item] = []

    def updated(match: re.Match[str]) -> str:
        text, was = match[4].rstrip(), match[2] != " "
        now = next(places.get(text, iter(())), was)
        if now == was:
            return match[0]
        found.append(Item(text, now))
        return f"{match[1]}{'x' if now else ' '}{match[3]}{match[4]}"

    pieces, place = list[str](), 0
    for match in _ITEM.finditer(blanked(before)):
        pieces += [before[place : match.start()], updated(match)]
        place = match.end()
    return found, "".join([*pieces, before[place:]])
