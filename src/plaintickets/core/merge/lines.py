"""Merge lines of text that two sides changed: like git, but items of lists one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge.sides import merged_order, trivial_merge
from plaintickets.core.texthunks import line_hunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from plaintickets.core.texthunks import Hunk

    Lines: TypeAlias = list[str]

# An item of a list on one line: its sign, the box of a task, the text.
_ITEM = re.compile(r"([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[([ xX])\][ \t]+)?(\S.*)\Z", re.DOTALL)


class Clash(NamedTuple):
    """Lines of the base, and the lines of the two sides in their place."""

    base: tuple[str, ...]
    one: tuple[str, ...]
    other: tuple[str, ...]


def merge_lines(base: Lines, one: Lines, other: Lines) -> list[str | Clash]:
    """Return the merged lines, with a Clash where both sides changed the same or neighbouring lines."""
    if other in (one, base):
        return list(one)
    if one == base:
        return list(other)
    left, right = list(line_hunks(base, one))[::-1], list(line_hunks(base, other))[::-1]
    merged: list[str | Clash] = []
    at = 0
    while left or right:
        start = min(side[-1].start for side in (left, right) if side)
        first, second, end = _touching(left, right)
        merged += base[at:start]
        versions = [_region(base, start, end, hunks) for hunks in (first, second)]
        merged += _merge_region(base[start:end], versions[0], versions[1])
        at = end
    return merged + base[at:]


def _touching(left: list[Hunk], right: list[Hunk]) -> tuple[list[Hunk], list[Hunk], int]:
    """Remove the next touching hunks from the reversed lists of both sides; also return where they end."""
    taken: tuple[list[Hunk], list[Hunk]] = ([], [])
    last: Hunk | None = None
    end = -1
    while True:
        # At one place, insertions come before changes.
        tops = [(side[-1].start, bool(side[-1].removed), at) for at, side in enumerate((left, right)) if side]
        if not tops:
            return *taken, end
        start, _, at = min(tops)
        side = (left, right)[at]
        if last is not None and (start > end or (start == end and _are_apart(last, side[-1]))):
            return *taken, end
        hunk = side.pop()
        taken[at].append(hunk)
        if hunk.start + len(hunk.removed) >= end:
            last, end = hunk, hunk.start + len(hunk.removed)


def _are_apart(above: Hunk, below: Hunk) -> bool:
    """Tell whether an empty line separates two adjacent hunks, so that they are two paragraphs.

    Two insertions at one place are never apart, because they could stand in either order.
    """
    if len(above.added) > len(above.removed) and len(below.added) > len(below.removed):
        return False
    edges = (above.added[-1:] or above.removed[-1:], below.added[:1] or below.removed[:1])
    return any(line and not line[0].strip() for line in edges)


def _region(base: Lines, start: int, end: int, hunks: Sequence[Hunk]) -> Lines:
    lines: Lines = []
    for hunk in hunks:
        lines += base[start : hunk.start]
        lines += hunk.added
        start = hunk.start + len(hunk.removed)
    return lines + base[start:end]


def _merge_region(base: Lines, one: Lines, other: Lines) -> list[str | Clash]:
    result, is_trivial = trivial_merge(base, one, other)
    if is_trivial:
        return list(result)
    items = _merge_items(base, one, other)
    if items is not None:
        return list(items)
    shorter = min(len(one), len(other))
    head = 0
    while head < shorter and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < shorter - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    rest = len(one) - tail
    items = None if base else _merge_items([], one[head:rest], other[head : len(other) - tail])
    if items is not None:
        return [*one[:head], *items, *one[rest:]]
    clash = Clash(tuple(base), tuple(one[head:rest]), tuple(other[head : len(other) - tail]))
    return [*one[:head], clash, *one[rest:]]


class _Item(NamedTuple):
    sign: str
    box: str | None
    text: str

    @property
    def name(self) -> str:
        return self.text.strip()

    def line(self) -> str:
        return self.sign + (f"[{self.box}] " if self.box is not None else "") + self.text


def _merge_items(base: Lines, one: Lines, other: Lines) -> Lines | None:
    """Return list items merged one by one; None if the lines are not all items, or two changes conflict."""
    sides = []
    for lines in (base, one, other):
        matches = [_ITEM.match(line) for line in lines]
        if not all(matches):
            return None
        sides.append([_Item(match[1], match[2], match[3]) for match in matches if match])
    if len(base) == len(one) == len(other):
        merged = [_merge_item(*items) for items in zip(*sides, strict=True)]
        if all(item is not None for item in merged):
            return [item.line() for item in merged if item is not None]
    return _merge_sets(*sides)


def _merge_item(base: _Item | None, one: _Item, other: _Item) -> _Item | None:
    if base is None:
        # The same item, added on both sides: ticked if it is ticked on one.
        return max(one, other, key=lambda item: (item.box or "", item))
    if base not in (one, other) and not all(_are_alike(base.name, item.name) for item in (one, other)):
        return None  # another item in its place, not a rewording of this one
    parts = [trivial_merge(*three) for three in zip(base, one, other, strict=True)]
    return _Item(parts[0][0] or "", parts[1][0], parts[2][0] or "") if all(done for _, done in parts) else None


def _merge_sets(base: list[_Item], one: list[_Item], other: list[_Item]) -> Lines | None:
    sides = _named(base, one), _named(base, other)
    if len(sides[0]) != len(one) or len(sides[1]) != len(other) or len({item.name for item in base}) != len(base):
        return None
    left, right = sides
    result: list[str] = []
    for key in merged_order(range(len(base)), list(left), list(right), str):
        was = base[key] if isinstance(key, int) else None
        here, there = left.get(key), right.get(key)
        if here and there:
            item = _merge_item(was, here, there)
            if item is None:
                return None
            result.append(item.line())
        elif was is None:
            result += [item.line() for item in (here, there) if item]
        elif was not in (here, there):
            return None
    return result


def _named(base: list[_Item], side: list[_Item]) -> dict[int | str, _Item]:
    """Return the items of a side by their place in the base; new ones by their text."""
    places = {item.name: at for at, item in enumerate(base)}
    here = {item.name for item in side}
    named: dict[int | str, _Item] = {}
    at = 0
    for item in side:
        place = places.get(item.name)
        if place is not None:
            named[place] = item
            at = place + 1
        elif at < len(base) and base[at].name not in here and _are_alike(base[at].name, item.name):
            named[at] = item
            at += 1
        else:
            named[item.name] = item
    return named


def _are_alike(one: str, other: str) -> bool:
    """Tell whether two texts share half of their words, or one holds all words of the other."""
    words, others = set(one.split()), set(other.split())
    common = len(words & others)
    return 2 * common >= max(len(words), len(others)) or common == min(len(words), len(others))
