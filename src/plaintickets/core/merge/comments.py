"""Merge the comments of a ticket: the union of both sides, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge.sides import merged_order, trivial_merge
from plaintickets.core.merge.text import merge_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.merge.sides import Referee


class Block(NamedTuple):
    """A piece of a body, such as a comment: its lines, and the line ends between it and the next piece, if any."""

    text: str
    gap: str

    @property
    def head(self) -> str:
        """Its first line: date, author, whether it is internal."""
        return self.text.partition("\n")[0].rstrip("\r \t")

    @property
    def moment(self) -> str:
        """Its date in UTC, so that texts are in the order of time; as written where it is none."""
        date = self.head[2:].partition("**")[0]
        if date.endswith("Z"):
            return date
        from plaintickets.core.moments import timestamp

        when = timestamp(date)
        return date if when is None else when.replace(tzinfo=None).isoformat() + "Z"


def between(base: str, one: str, other: str) -> str:
    """Return the line ends between two pieces; a side whose file ended there has an empty text."""
    if one and other:
        return trivial_merge(base, one, other)[0]
    return one or other or "\n\n"


def merge_comments(base: list[Block], one: list[Block], other: list[Block], referee: Referee) -> list[Block]:
    """Return the comments of both sides, with the edits and removals of each; double edits are merged by lines."""
    left, right = _matched(base, one), _matched(base, other)
    kept: dict[int, Block] = {}
    for place, was in enumerate(base):
        block = _merge_comment(was, left.get(place), right.get(place), referee)
        if block is not None:
            kept[place] = block
    orders = [sorted(side, key=lambda place, side=side: side[place][0]) for side in (left, right)]  # type: ignore[misc]
    result = [kept[place] for place in merged_order(range(len(base)), orders[0], orders[1], int) if place in kept]
    old = [{number for number, _ in side.values()} for side in (left, right)]
    added: dict[str, Block] = {}
    for blocks, known in ((one, old[0]), (other, old[1])):
        for number, block in enumerate(blocks):
            if number not in known:
                added.setdefault(block.text, block)
    return _in_time(result, sorted(added.values(), key=lambda block: (block.moment, block.text)))


def _in_time(standing: list[Block], added: list[Block]) -> list[Block]:
    """Insert each added comment after the last one that is not younger; both lists keep their order."""
    result = list(standing)
    moments = [block.moment for block in standing]
    for block in reversed(added):
        place = len(standing)
        while place and moments[place - 1] > block.moment:
            place -= 1
        result.insert(place, block)
    return result


def _matched(base: list[Block], side: list[Block]) -> dict[int, tuple[int, Block]]:
    """Return, for each comment of the base that a side still has, its place and its present block."""
    found: dict[int, tuple[int, Block]] = {}
    taken: set[int] = set()
    names: tuple[Callable[[Block], str], ...] = (lambda block: block.text, lambda block: block.head)
    for name in names:
        waiting: dict[str, list[int]] = {}
        for number in range(len(side) - 1, -1, -1):
            if number not in taken:
                waiting.setdefault(name(side[number]), []).append(number)
        for place, was in enumerate(base):
            if place not in found and (numbers := waiting.get(name(was))):
                number = numbers.pop()
                taken.add(number)
                found[place] = number, side[number]
    return found


def _merge_comment(
    was: Block, one: tuple[int, Block] | None, other: tuple[int, Block] | None, referee: Referee
) -> Block | None:
    if one is None or other is None:
        left = one or other
        if left is None or left[1].text == was.text:
            return None
        # Removed on one side and edited on the other: keep the edited text.
        sides = (one and one[1], other and other[1])
        entry = f"comment:\n{was.head}"
        return referee.choose("comment", sides, (entry, entry), first=int(one is None))
    text = merge_text("comment", was.text, one[1].text, other[1].text, referee)
    return Block(text, between(was.gap, one[1].gap, other[1].gap))
