"""Match globs with `*`, in time linear in the text for each part of the pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def one_of(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return the test whether a text is one of many, or fits one where `*` stands in it.

    Whole words are looked up and beginnings compared at once, so that thousands cost little more than one.
    """
    words: set[str] = set()
    beginnings: list[str] = []
    others: list[Callable[[str], bool]] = []
    for pattern in patterns:
        if "*" not in pattern:
            words.add(pattern)
        elif pattern.index("*") == len(pattern) - 1:
            beginnings.append(pattern[:-1])
        else:
            others.append(glob_test(pattern))
    starts = tuple(beginnings)
    return lambda text: text in words or text.startswith(starts) or any(fits(text) for fits in others)


def glob_test(pattern: str) -> Callable[[str], bool]:
    """Return the test whether a whole text fits the pattern, in which `*` matches any characters.

    Greedy leftmost search of the parts between the stars is exact if `*` is the only wildcard, so nothing is
    tried twice.
    """
    first, *middle = pattern.split("*")
    if not middle:
        return first.__eq__
    last = middle.pop()
    parts = [part for part in middle if part]
    shortest = len(first) + len(last)

    def fits(text: str) -> bool:
        if len(text) < shortest or not (text.startswith(first) and text.endswith(last)):
            return False
        position, end = len(first), len(text) - len(last)
        for part in parts:
            found = text.find(part, position, end)
            if found < 0:
                return False
            position = found + len(part)
        return True

    return fits
