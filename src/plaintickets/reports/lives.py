"""What the statuses of a ticket over time say of its life: when it was begun, and when it was done for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.status_times import StatusTime
    from plaintickets.reports import Asked


class Finish(NamedTuple):
    """A ticket that was done, and stayed so: its first moment, the first in an active status, and the closing."""

    created: int
    begun: int | None
    closed: int


def finish_of(times: Sequence[StatusTime], asked: Asked) -> Finish | None:
    """Return how a ticket was done before the end of the report, None for one that is not, or was never open.

    A ticket that was reopened is done at its last closing. One that was removed later was done all the same.
    """
    end = asked.until.timestamp()
    known = [time for time in times if time.start < end]
    while known and not known[-1].status:
        known.pop()
    place = len(known)
    while place and known[place - 1].status and asked.is_done(known[place - 1].status):
        place -= 1
    if place in (0, len(known)) or not known[place - 1].status:
        return None
    begun = next(
        (one.start for one in known[:place] if one.status and asked.status_class(one.status) == "active"), None
    )
    return Finish(known[0].start, begun, known[place].start)


def finishes(asked: Asked) -> Iterator[Finish]:
    """Yield how each ticket was done that was done in the time of the report."""
    start = asked.since.timestamp() if asked.since is not None else float("-inf")
    for times in (asked.times or {}).values():
        found = finish_of(times, asked)
        if found is not None and found.closed >= start:
            yield found


def first_moment(asked: Asked) -> float:
    """Return when the first ticket began, now without tickets."""
    return min((times[0].start for times in (asked.times or {}).values()), default=asked.now.timestamp())
