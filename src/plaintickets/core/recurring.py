"""Questions that recur: groups of tickets whose titles share two telling words."""

from __future__ import annotations

from itertools import combinations
from math import log
from typing import TYPE_CHECKING

from plaintickets.core.article_fit import COMMON
from plaintickets.core.words import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plaintickets.core.ticket import Ticket

_MOST_TERMS = 10


def recurring(tickets: Sequence[Ticket], least: int) -> Iterator[list[Ticket]]:
    """Yield groups of at least so many tickets, the oldest ticket first, the most telling group first.

    A ticket is in one group only.
    """
    holders: dict[str, int] = {}
    pairs: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in tickets:
        found = sorted({term for term in terms(ticket.title[:300]) if len(term) > 1 and term not in COMMON})
        for term in found[:_MOST_TERMS]:
            holders[term] = holders.get(term, 0) + 1
        for pair in combinations(found[:_MOST_TERMS], 2):
            pairs.setdefault(pair, []).append(ticket)
    rows = [(_weight(pair, group, holders, len(tickets)), pair) for pair, group in pairs.items() if len(group) >= least]
    seen: set[str] = set()
    for _, pair in sorted(rows, key=lambda row: (-row[0], row[1])):
        group = [ticket for ticket in pairs[pair] if ticket.id not in seen]
        if len(group) >= least:
            seen.update(ticket.id for ticket in group)
            yield sorted(group, key=lambda ticket: (ticket.created, ticket.id))


def _weight(pair: tuple[str, str], group: Sequence[Ticket], holders: Mapping[str, int], count: int) -> float:
    """Return how much a pair tells: it is in many titles, and its words are in few others."""
    return len(group) * sum(log(1 + count / holders[term]) for term in pair)
