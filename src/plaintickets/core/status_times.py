"""When each ticket had which status, computed from the events of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.event import CHANGED, CREATED, DELETED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from plaintickets.core.event import Event
    from plaintickets.core.ticket import Ticket


class StatusTime(NamedTuple):
    """The status of a ticket from a moment on, in seconds since 1970; empty if it did not exist."""

    start: int
    status: str


def status_times(events: Iterable[Event]) -> dict[str, list[StatusTime]]:
    """Return the statuses of each ticket in order of time, by its present id.

    A ticket starts at its key `created`, if that is before its first commit. If it is first committed in a
    closed status, it reaches that status at its key `closed`: a store that was moved here has tickets older
    than its history. Clocks of authors differ, so each moment is at least the one before it.
    """
    found: dict[str, list[StatusTime]] = {}
    for event in events:
        times = found.setdefault(event.ticket, [])
        if event.kind == CREATED and isinstance(event.after, dict):
            _begin(times, event.after, event.date)
        elif event.kind == DELETED:
            _add(times, event.date, "")
        elif event.kind == CHANGED and event.field == "status":
            _add(times, event.date, event.after if isinstance(event.after, str) else "")
    return {ticket: times for ticket, times in found.items() if times}


def known_from(times: list[StatusTime], start: int | None) -> list[StatusTime]:
    """Return the statuses from a moment on; the one at this moment begins there. None: all of them."""
    if start is None:
        return times
    before = [time for time in times if time.start <= start]
    return [*(StatusTime(start, time.status) for time in before[-1:]), *times[len(before) :]]


def add_uncommitted(
    found: dict[str, list[StatusTime]], tickets: Mapping[str, Ticket], broken: Collection[str], now: int
) -> None:
    """Add what the files hold and no commit does yet: new tickets, other statuses, and removed files.

    A new ticket starts at its key `created`. A broken ticket keeps its last status.
    """
    for name, ticket in tickets.items():
        times = found.get(name)
        if times is None:
            found[name] = times = []
            _begin(times, {**ticket.keys, "status": ticket.status}, now)
        elif times[-1].status != ticket.status:
            _add(times, now, ticket.status)
    for name, times in found.items():
        if times[-1].status and name not in tickets and name not in broken:
            _add(times, now, "")


def _begin(times: list[StatusTime], fields: Mapping[str, object], committed: int) -> None:
    from plaintickets.core.query.dates import moment

    status = str(fields.get("status") or "")
    created, closed = (
        found[0].timestamp() if isinstance(text, str) and (found := moment(text)) else None
        for text in (fields.get("created"), fields.get("closed"))
    )
    start = committed if created is None or times else min(int(created), committed)
    if closed is not None and start <= closed <= committed and not times:
        # The status before the closing is unknown; any other status serves.
        times.append(StatusTime(start, "open"))
        start = int(closed)
    _add(times, start, status)


def _add(times: list[StatusTime], start: int, status: str) -> None:
    if times:
        start = max(start, times[-1].start)
    times.append(StatusTime(start, status))
