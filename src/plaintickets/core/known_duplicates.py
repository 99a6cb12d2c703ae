"""The known duplicates of a store, from the key `duplicate-of` of its tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Problem(NamedTuple):
    """A problem that several tickets report: the original, the number of duplicates, and the newest creation."""

    original: str
    repeats: int
    newest: float | None


def known_problems(originals: Mapping[str, str], created: Callable[[str], float | None]) -> dict[str, Problem]:
    """Return the problem of each ticket that is a duplicate or has one.

    `originals` has the original of each duplicate. A chain leads to its end, a cycle to its least id.
    """
    ends: dict[str, str] = {}
    for ticket_id in originals:
        way: dict[str, None] = {}
        last = at = ticket_id
        while at and at not in ends and at not in way:
            way[at] = None
            last, at = at, originals.get(at, "")
        if not at:
            end = last
        elif at in ends:
            end = ends[at]
        else:
            end = min(list(way)[list(way).index(at) :])
        ends.update(dict.fromkeys(way, end))
    repeats: dict[str, list[str]] = {}
    for ticket_id, end in ends.items():
        if ticket_id != end:
            repeats.setdefault(end, []).append(ticket_id)
    found = {}
    for end, others in repeats.items():
        newest = max((when for one in others if (when := created(one)) is not None), default=None)
        found.update(dict.fromkeys([end, *others], Problem(end, len(others), newest)))
    return found
