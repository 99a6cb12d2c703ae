"""What is indexed of a ticket, and how much a word counts in each place."""

from __future__ import annotations

from typing import NamedTuple

# Raise it whenever the same tickets would give another index: fields, weights, analysis, layout.
SCHEMA = 1

FIELDS = ("title", "body", "comments", "tags", "ids")
SCALE = 1024  # weights are whole numbers of 1/SCALE, so that sums do not depend on their order
SATURATION = 3.0  # k1 of BM25: at this mass a word counts half of what it can
GAP = 8  # positions between two values of a field, so that no phrase spans them
MOST_COUNTED = 255

# BM25F with fixed reference lengths instead of averages: what a ticket's words weigh depends on that
# ticket only, so no other ticket, no deletion and no layout of the index can change it.
# Weight, slope (b), reference length in words.
_TUNING = {
    "title": (6.0, 0.6, 9.0),
    "body": (1.0, 0.75, 90.0),
    "comments": (0.6, 0.75, 90.0),
    "tags": (4.0, 0.0, 1.0),
    "ids": (12.0, 0.0, 1.0),
}


class Entry(NamedTuple):
    """The texts of one ticket, a list for each of FIELDS, in that order."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    comments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def field_scale(field: str, words: int) -> float:
    """What one occurrence weighs in a field of so many words, in 1/SCALE."""
    weight, slope, reference = _TUNING[field]
    return SCALE * weight / (1 - slope + slope * words / reference)
