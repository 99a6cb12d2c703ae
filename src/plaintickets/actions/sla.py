"""The clocks of the tickets of a project, from its policies and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.policies_in_force import PastPolicies, Policies
from plaintickets.core.servicedesk.clocks import CLOCKS, clocks
from plaintickets.core.servicedesk.facts import facts_of, terms_over_time
from plaintickets.core.status_times import status_times
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from plaintickets.core.document import Document
    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

TODAY = "today"


class TicketClocks(NamedTuple):
    """A ticket with its clocks at a moment; `policy` is the one that it matches now, empty for none."""

    ticket: Ticket
    policy: str
    clocks: list[Clock]


class Desk:
    """The policies of a project at its moment, and the events of its tickets.

    What has ended is judged by the policies that were in force then, unless `past` is False.
    """

    def __init__(
        self, project: Project, *, past: bool = True, events: Callable[[], Mapping[str, list[Event]]] | None = None
    ) -> None:
        """Use `events` where somebody has read them.

        Raise RefusedError if the project has no policy.
        """
        self._project = project
        self.now = int(project.moment.timestamp())
        self._today = Policies(project)
        self._past = PastPolicies(project, project.revision, self._today) if past else None
        self._read = events or (lambda: events_of(project))
        self._events: Mapping[str, list[Event]] | None = None
        self._calendars: dict[str, Calendar] = {}

    def of(self, ticket: Ticket, document: Document | None = None) -> TicketClocks:
        """Return a ticket with its clocks; `document` holds its comments, without it the file does.

        Raise UnreadableError in a shallow clone, which cannot know.
        """
        events = self._events_of(ticket.id)
        if self._past is None:
            found = self._replayed(ticket, document, events, self._today)
        else:
            found = self._judged_then(ticket, document, events, self._past)
        return TicketClocks(ticket, self.policy_of(ticket), found)

    def policy_of(self, ticket: Ticket) -> str:
        """Return the name of the first policy of today whose query a ticket matches, empty for none."""
        return self._today.policy_of(ticket)

    def zone_of(self, clock: Clock) -> tzinfo:
        """Return the time zone of the calendar of a clock's policy."""
        return self._calendar_of(clock.policy).zone

    def workday_of(self, policy: str) -> int:
        """Return how many seconds a day of the calendar of a policy is."""
        return self._calendar_of(policy).workday

    def _calendar_of(self, policy: str) -> Calendar:
        if policy not in self._calendars:
            self._calendars[policy] = self._today.calendar(policy)
        return self._calendars[policy]

    def _replayed(
        self, ticket: Ticket, document: Document | None, events: Sequence[Event], policies: Policies
    ) -> list[Clock]:
        """Return the clocks of a ticket as if these policies had always been in force."""
        config = self._project.config
        terms = terms_over_time(ticket, events, policies.terms)
        if all(fact.terms is None for fact in terms):
            return []
        comments = self._project.comments(document or self._project.document_at(ticket.path))
        times = status_times(events).get(ticket.id, [])
        facts = facts_of(ticket, times, events, comments, config, self.now)
        return clocks([*terms, *facts], self.now, config.is_done)

    def _judged_then(
        self, ticket: Ticket, document: Document | None, events: Sequence[Event], past: PastPolicies
    ) -> list[Clock]:
        """Return the clocks: what runs by the policies of today, what has ended by those in force at its end."""
        found = []
        start = min((event.date for event in events), default=0)
        for policies in past.since(start):
            for clock in self._replayed(ticket, document, events, policies):
                judges = self._today if clock.ended is None else past.at(clock.ended)
                if judges is policies:
                    found.append(clock)
                    self._calendars.setdefault(clock.policy, policies.calendar(clock.policy))
        return sorted(found, key=lambda clock: (CLOCKS.index(clock.name), clock.number))

    def _events_of(self, ticket: str) -> list[Event]:
        if self._events is None:
            self._events = self._read()
        return self._events.get(ticket, [])


def events_of(project: Project, revision: str = "") -> dict[str, list[Event]]:
    """Return the events of each ticket up to a revision or that of the project, none outside a repository.

    Raise UnreadableError in a shallow clone, which cannot know.
    """
    events: dict[str, list[Event]] = {}
    for event in events_in_order(project, revision):
        events.setdefault(event.ticket, []).append(event)
    return events


def events_in_order(project: Project, revision: str = "") -> list[Event]:
    """Return the events of all tickets, the oldest first, none outside a repository.

    Raise UnreadableError in a shallow clone, which cannot know.
    """
    from plaintickets.actions.log import history

    if project.git is None:
        project.around.notify("note: not a git repository: times come from the tickets' keys alone")
        return []
    found = history(project, revision=revision or project.revision)
    if not found.complete:
        raise UnreadableError(
            "this clone is shallow: what happened before it is not known, so neither is the time of anything",
            hint="git fetch --unshallow",
        )
    return found.events


def project_at(project: Project, revision: str) -> tuple[Project, int]:
    """Return the project as it was at a revision, and when that was; the project itself and now without one."""
    if revision:
        from plaintickets.past_project import at

        project = at(project, revision)
    return project, int(project.moment.timestamp())


def with_policies_of(project: Project, content: bytes, file: str = "sla.yml") -> None:
    """Use the policies of a file that is not in force, instead of those of `sla.yml` or another file of the settings.

    Raise UnreadableError for a file with problems.
    """
    from plaintickets.store.settings import ConfigError, read_contents

    problems = project.use_settings({**read_contents(project.place.store), file: content})
    if problems:
        raise ConfigError(problems)


def chosen(found: Iterable[TicketClocks], *, breached: bool, warning: bool) -> list[tuple[str, str, Clock]]:
    """Return the clocks that run or stand still; with `breached` or `warning`, those that are, met late included."""
    rows = [(one.ticket.id, one.ticket.title, clock) for one in found for clock in one.clocks]
    if breached or warning:
        return [row for row in rows if (breached and row[2].state == "breached") or (warning and row[2].is_warning)]
    return [row for row in rows if row[2].is_live]


def missed(found: Iterable[TicketClocks], within: int) -> list[tuple[str, str, Clock]]:
    """Return the live clocks that have missed their deadline, or will within so many working seconds."""
    rows = chosen(found, breached=False, warning=False)
    return [row for row in rows if row[2].state == "breached" or (row[2].state == "running" and row[2].left < within)]
