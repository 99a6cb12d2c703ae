"""Computed fields of queries: the states of clocks, the time left, the time in a status, the age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.duration import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.actions.sla import Desk, TicketClocks
    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project


class ComputedFields:
    """The computed fields of a project's tickets; the history is read when it is first needed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._desk: Desk | None = None
        self._clocks: dict[str, TicketClocks] = {}
        self._events: dict[str, list[Event]] | None = None
        self._times: dict[str, list[StatusTime]] | None = None

    def clock_states(self, ticket: Ticket) -> frozenset[str]:
        """Return the states of the clocks that count now: those that run, and those that ended late."""
        return states_of(self._clocks_of(ticket).clocks)

    def lengths(self, ticket: Ticket, field: str) -> list[tuple[int, int]]:
        """Return the seconds of a field, each with the length of a day in its calendar."""
        now = int(self._project.now.timestamp())
        if field == "age":
            from plaintickets.core.moments import timestamp

            created = timestamp(ticket.text("created"))
            return [] if created is None else [(now - int(created.timestamp()), DAY)]
        if field == "left":
            found = self._clocks_of(ticket).clocks
            return [(clock.left, self._workday(clock.policy)) for clock in found if clock.is_live]
        if field == "updated":
            last = self._last_change_of(ticket)
            return [] if last is None else [(now - last, DAY)]
        times = [time for time in self._times_of(ticket) if time.start <= now]
        return [(now - _since(times), DAY)] if times and times[-1].status == ticket.status else []

    def _clocks_of(self, ticket: Ticket) -> TicketClocks:
        if self._desk is None:
            from plaintickets.actions.sla import Desk

            self._desk = Desk(self._project)
        if ticket.id not in self._clocks:
            self._clocks[ticket.id] = self._desk.of(ticket)
        return self._clocks[ticket.id]

    def _workday(self, policy: str) -> int:
        return self._desk.workday_of(policy) if self._desk is not None else DAY

    def _last_change_of(self, ticket: Ticket) -> int | None:
        """Return when a ticket last changed: its latest event, or else its creation."""
        from plaintickets.core.servicedesk.facts import seconds

        events = self._all_events().get(ticket.id, ())
        return max((event.date for event in events), default=seconds(ticket.text("created")))

    def _all_events(self) -> dict[str, list[Event]]:
        if self._events is None:
            from plaintickets.actions.sla import events_of

            self._events = events_of(self._project)
        return self._events

    def _times_of(self, ticket: Ticket) -> list[StatusTime]:
        if self._times is None:
            from plaintickets.core.status_times import status_times

            self._times = status_times(event for events in self._all_events().values() for event in events)
        return self._times.get(ticket.id, [])


def states_of(clocks: Sequence[Clock]) -> frozenset[str]:
    """Return the states of the clocks that count: those that run, and those that ended late; or else of all."""
    states = {clock.state for clock in clocks if clock.is_live or clock.state == "breached"}
    if any(clock.is_warning for clock in clocks):
        states.add("warning")
    return frozenset(states or {clock.state for clock in clocks} or {"none"})


def _since(times: list[StatusTime]) -> int:
    """Return when the last status began."""
    start = times[-1].start
    for time in reversed(times):
        if time.status != times[-1].status:
            break
        start = time.start
    return start
