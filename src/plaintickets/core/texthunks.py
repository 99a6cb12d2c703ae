"""The difference of two texts as hunks of lines."""

from __future__ import annotations

from typing import NamedTuple

# Above this many pairs of lines the middle counts as replaced, because difflib is quadratic or worse.
_MAX_PAIRS = 250_000


class Hunk(NamedTuple):
    """Lines removed at a 0-based line of the old text, and lines added there."""

    start: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """Return the hunks that lead from one text to the other, from top to bottom."""
    return line_hunks(_lines(before), _lines(after))


def line_hunks(old: list[str], new: list[str]) -> tuple[Hunk, ...]:
    """Return the hunks that lead from some lines to others, from top to bottom."""
    head = 0
    shorter = min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if not left and not right:
        return ()
    if not left or not right or len(left) * len(right) > _MAX_PAIRS:
        return (Hunk(head, tuple(left), tuple(right)),)
    from difflib import SequenceMatcher

    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return tuple(
        Hunk(head + i1, tuple(left[i1:i2]), tuple(right[j1:j2])) for tag, i1, i2, j1, j2 in codes if tag != "equal"
    )


def patched(text: str, wanted: tuple[Hunk, ...]) -> str:
    """Return the text after the hunks; a hunk whose lines have moved is applied where they are nearest.

    A hunk whose lines no longer exist only adds.
    """
    lines = _lines(text)
    shift = 0
    for hunk in wanted:
        at = _place(lines, hunk.removed, hunk.start + shift)
        gone = len(hunk.removed) if at >= 0 else 0
        if at < 0:
            at = max(0, min(hunk.start + shift, len(lines)))
        lines[at : at + gone] = hunk.added
        shift = at - hunk.start + len(hunk.added) - gone
    return "\n".join(lines)


def inverted(wanted: tuple[Hunk, ...]) -> tuple[Hunk, ...]:
    """Return the hunks of the reverse change."""
    shift = 0
    back = []
    for hunk in wanted:
        back.append(Hunk(hunk.start + shift, hunk.added, hunk.removed))
        shift += len(hunk.added) - len(hunk.removed)
    return tuple(back)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _place(lines: list[str], removed: tuple[str, ...], near: int) -> int:
    if not removed:
        return min(near, len(lines))
    size, block = len(removed), list(removed)
    fits = [at for at in range(len(lines) - size + 1) if lines[at] == block[0] and lines[at : at + size] == block]
    return min(fits, key=lambda at: abs(at - near), default=-1)
