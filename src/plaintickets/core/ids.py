"""Ticket ids: their prefix, the length of their random suffix, and finding one by a part."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

# Base 36 without signs that readers confuse: 0 o, 1 l i.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
SHORTEST = 4
SHORTEST_PART = 3  # characters of an id that name a ticket for a change
COLLISION_CHANCE = 1e-4
NEAREST = 3


def suffix_length(tickets: int) -> int:
    """Return the suffix length that keeps ids of two clones distinct if each doubles the number of tickets.

    The chance that any two of the new ids are equal is at most tickets² / 31^length, kept below 1 in 10,000.
    """
    length = SHORTEST
    while tickets * tickets > COLLISION_CHANCE * len(ALPHABET) ** length:
        length += 1
    return length


def choose_prefix(configured: str, existing: Iterable[str], repository: Callable[[], str]) -> str:
    """Return the configured prefix, else the commonest among existing ids, else one from the repository's name."""
    if configured:
        return configured
    counts = Counter(ticket_id.rpartition("-")[0] for ticket_id in existing)
    del counts[""]
    if counts:
        return min(counts, key=lambda prefix: (-counts[prefix], prefix))
    return prefix_from_name(repository())


def prefix_from_name(name: str) -> str:
    """Return the initials of the name's segments; for a single segment its first three letters."""
    segments = [re.sub(r"[^a-z0-9]", "", segment) for segment in re.split(r"[-_]", name.lower())]
    segments = [segment for segment in segments if segment]
    if len(segments) > 1:
        return "".join(segment[0] for segment in segments)
    return segments[0][:3] if segments else "tk"


def new_id(prefix: str, taken: Collection[str], random_below: Callable[[int], int]) -> str:
    """Return a free id; `random_below(n)` gives a random number from 0 to n - 1."""
    length = suffix_length(len(taken))
    while True:
        suffix = "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(length))
        if f"{prefix}-{suffix}" not in taken:
            return f"{prefix}-{suffix}"


def near(part: str, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that a mistyped id, or a mistyped suffix of one, probably means, at most three."""
    from plaintickets.core.suggestions import nearest

    known = sorted(ids)
    found = nearest(part, known)
    if not found and "-" not in part:
        suffixes: dict[str, list[str]] = {}
        for ticket_id in known:
            suffixes.setdefault(_suffix(ticket_id), []).append(ticket_id)
        found = [ticket_id for suffix in nearest(part, suffixes) for ticket_id in suffixes[suffix]]
    return tuple(found[:NEAREST])


def named(part: str, ids: Collection[str]) -> list[str]:
    """Return the ids that a part names for a change or a gate; nothing is guessed from the middle of an id.

    That is the exact id, else those with exactly this suffix, else those that begin with the part or whose
    suffix does. Fewer than three characters name nothing, unless they are the whole number of a numbered
    ticket: `1` is `pt-1`, while a word such as `id` or `no` is more likely a script's missed value.
    """
    if part in ids:
        return [part]
    is_short = len(part) < SHORTEST_PART
    if is_short and not (part.isascii() and part.isdigit()):
        return []
    whole = [name for name in ids if is_suffix(part, name)]
    if whole or is_short:
        return sorted(whole)
    return sorted([name for name in ids if name.startswith(part) or _suffix(name).startswith(part)])


def is_suffix(part: str, ticket_id: str) -> bool:
    """Tell whether a part is everything after an id's last dash."""
    return part == _suffix(ticket_id)


def _suffix(ticket_id: str) -> str:
    return ticket_id.rpartition("-")[2]


def matching(part: str, ids: Collection[str]) -> list[str]:
    """Return the ids that a part may mean: the exact id, else ids or suffixes with this prefix, else substrings."""
    if not part:
        return []
    if part in ids:
        return [part]
    found = [name for name in ids if name.startswith(part) or _suffix(name).startswith(part)]
    return sorted(found or [name for name in ids if part in name])
