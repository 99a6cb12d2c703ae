"""Computed fields of tickets: the clocks, the time left, the time in a status, the age, the last change."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.duration import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.actions.sla import Desk
    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


class ComputedFields:
    """The computed fields of a project's tickets at its moment; the history is read when it is first needed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._clocks: dict[str, list[Clock]] = {}
        # A method in place of this function would be a cycle, which holds the project until it is collected.
        self._read_events = cache(partial(_events_of, project))

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of the clocks that count now: those that run, and those that ended late."""
        return states_of(self.clocks(ticket))

    def lengths(self, ticket: Ticket, field: str) -> list[tuple[int, int]]:
        """Return the seconds of a field, each with the length of a day in its calendar."""
        if field == "left":
            return [(one.left, self.workday(one)) for one in self.clocks(ticket) if one.is_live]
        start = _seconds(ticket.text("created")) if field == "age" else self._status_start(ticket)
        return [] if start is None else [(self._now - start, DAY)]

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket last changed in the history; what is not committed changes now.

        Outside a repository it is the last moment that the ticket names.
        """
        if self._project.git is None:
            return max(ticket.text("created"), ticket.text("closed"))
        if ticket.id in self._uncommitted or not self._events.get(ticket.id):
            return moment_text(self._now)
        return moment_text(max(event.date for event in self._events[ticket.id]))

    def clocks(self, ticket: Ticket) -> list[Clock]:
        """Return the clocks of a ticket.

        Raise UnreadableError in a shallow clone, which cannot know.
        """
        if ticket.id not in self._clocks:
            self._clocks[ticket.id] = self._desk.listed(ticket).clocks
        return self._clocks[ticket.id]

    def nearest(self, ticket: Ticket) -> Clock | None:
        """Return the running clock with the nearest deadline; without one the paused clock, None for neither."""
        if self._project.config.is_done(ticket.status):  # so that lists of closed tickets need no history
            return None
        live = [clock for clock in self.clocks(ticket) if clock.is_live]
        return min(live, key=lambda one: (one.state == "paused", one.due is None, one.due or 0), default=None)

    def workday(self, clock: Clock) -> int:
        """Return how many seconds a day of a clock's calendar is."""
        return self._desk.workday_of(clock.policy)

    @cached_property
    def _now(self) -> int:
        return int(self._project.moment.timestamp())

    @cached_property
    def _desk(self) -> Desk:
        from plaintickets.actions.sla import Desk

        return Desk(self._project, events=self._read_events)

    @property
    def _events(self) -> Mapping[str, list[Event]]:
        return self._read_events()

    @cached_property
    def _times(self) -> dict[str, list[StatusTime]]:
        from plaintickets.core.status_times import status_times

        return status_times(event for events in self._events.values() for event in events)

    @cached_property
    def _uncommitted(self) -> frozenset[str]:
        """Return the ids of tickets whose files differ from HEAD; those that git does not have need no look."""
        from plaintickets.core.ticket import id_of
        from plaintickets.history.compare import WORK_TREE, between
        from plaintickets.store.files import ticket_path

        project = self._project
        if project.git is None or project.is_past or not self._events:
            return frozenset()
        limit = project.config.format_max_file_size
        changed = between(project.git, project.place.prefix, "HEAD", WORK_TREE, limit)
        return frozenset(id_of(ticket_path(pair.path)) for pair in changed)

    def _status_start(self, ticket: Ticket) -> int | None:
        """Return when the ticket came into its status; now for one that it has but in its file only."""
        times = [time for time in self._times.get(ticket.id, []) if time.start <= self._now]
        if not times:
            return _seconds(ticket.text("created"))
        if times[-1].status != ticket.status:
            return self._now
        start = times[-1].start
        for time in reversed(times):
            if time.status != ticket.status:
                break
            start = time.start
        return start


def _events_of(project: Project) -> Mapping[str, list[Event]]:
    from plaintickets.actions.sla import events_of

    return events_of(project)


def states_of(clocks: Sequence[Clock]) -> frozenset[str]:
    """Return the states of the clocks that count: those that run, and those that ended late; or else of all."""
    states = {clock.state for clock in clocks if clock.is_live or clock.state == "breached"}
    if any(clock.is_warning for clock in clocks):
        states.add("warning")
    return frozenset(states or {clock.state for clock in clocks} or {"none"})


def _seconds(text: str) -> int | None:
    from plaintickets.core.moments import timestamp

    when = timestamp(text)
    return None if when is None else int(when.timestamp())


def moment_text(instant: int) -> str:
    """Return seconds since 1970 as a ticket writes a moment."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
