"""The clocks of the tickets of a project, from its policies and its history."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.policies_in_force import PastPolicies, Policies
from plaintickets.core.servicedesk.clocks import CLOCKS, standing_clocks
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from plaintickets.actions.kept_clocks import KeptClocks, Row
    from plaintickets.core.comments import Comment
    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import Clock, StandingClock
    from plaintickets.core.ticket import Ticket
    from plaintickets.history.timeline import History
    from plaintickets.project import Project

    Comments = Callable[[], Sequence[Comment]]

TODAY = "today"
FEW = 20  # tickets up to which the history of each is read by itself


class TriedFile(NamedTuple):
    """A file of policies that is not in force: its path as it was given, and its content."""

    path: str
    content: bytes


class TicketClocks(NamedTuple):
    """A ticket with its clocks at a moment; `policy` is the one that it matches now, empty for none."""

    ticket: Ticket
    policy: str
    clocks: list[Clock]


class Desk:
    """The policies of a project at its moment or `now`, and the events of its tickets.

    What has ended is judged by the policies that were in force then, unless `past` is False.
    """

    def __init__(
        self,
        project: Project,
        *,
        past: bool = True,
        events: Callable[[], Mapping[str, list[Event]]] | None = None,
        now: datetime | None = None,
    ) -> None:
        """Use `events` where somebody has read them.

        Raise RefusedError if the project has no policy.
        """
        self._project = project
        self.now = int((now or project.moment).timestamp())
        self._today = Policies(project)
        self._today.refuse_unlisted()
        self._past = PastPolicies(project, project.revision, self._today) if past else None
        self._read = events or (lambda: events_of(project))
        self._events: Mapping[str, list[Event]] | None = None
        self._single: dict[str, list[Event]] = {}
        self._calendars: dict[str, Calendar] = {}

    def of(self, ticket: Ticket, comments: Comments | None = None) -> TicketClocks:
        """Return a ticket with its clocks; `comments` are its comments, without it those of its files.

        Raise UnreadableError in a shallow clone, which cannot know.
        """
        return self._shown(ticket, self._row(ticket, comments))

    def listed(self, ticket: Ticket) -> TicketClocks:
        """Return a ticket with its clocks, without their stretches where they are kept: for many tickets.

        Raise UnreadableError in a shallow clone, which cannot know.
        """
        kept = self._kept.clocks(ticket.id, self.now, self._today.terms_of) if self._kept is not None else None
        return TicketClocks(ticket, *kept) if kept is not None else self._shown(ticket, self._row(ticket))

    def _shown(self, ticket: Ticket, row: Row) -> TicketClocks:
        return TicketClocks(ticket, row.policy, [standing.at(self.now) for standing in row.clocks])

    @cached_property
    def _kept(self) -> KeptClocks | None:
        """Return what is kept of all tickets, brought up to date; None where nothing can be kept."""
        from plaintickets.actions.kept_clocks import KeptClocks, can_keep

        past, project = self._past, self._project
        if past is None or not can_keep(project) or not self._today.is_lasting:
            return None
        kept = KeptClocks(project, self._today.conditions)
        stale = kept.stale()
        if stale:
            used = past.since(0)
            if not all(policies.is_lasting for policies in used):
                return None
            if len(stale) > FEW:
                self._events_of_all()
            for ticket in stale:
                kept.add(ticket.id, self._row(ticket), self.now)
            kept.write(calendar for policies in used for calendar in policies.calendars())
        else:
            kept.write(())
        return kept

    def _row(self, ticket: Ticket, comments: Comments | None = None) -> Row:
        from plaintickets.actions.kept_clocks import Row

        events = self._events_of(ticket.id)
        if self._past is None:
            last, found = self._replayed(ticket, comments, events, self._today)
        else:
            last, found = self._judged_then(ticket, comments, events, self._past)
        return Row(last, self.policy_of(ticket), found)

    def policy_of(self, ticket: Ticket) -> str:
        """Return the name of the first policy of today whose query a ticket matches, empty for none."""
        return self._today.policy_of(ticket)

    def zone_of(self, policy: str) -> tzinfo:
        """Return the time zone of the calendar of a policy."""
        return self._calendar_of(policy).zone

    def workday_of(self, policy: str) -> int:
        """Return how many seconds a day of the calendar of a policy is."""
        return self._calendar_of(policy).workday

    def _calendar_of(self, policy: str) -> Calendar:
        if policy not in self._calendars:
            policies = self._past.with_policy(policy) if self._past and not self._today.has(policy) else self._today
            self._calendars[policy] = policies.calendar(policy)
        return self._calendars[policy]

    def _replayed(
        self, ticket: Ticket, comments: Comments | None, events: Sequence[Event], policies: Policies
    ) -> tuple[int, list[StandingClock]]:
        """Return the last fact about a ticket, and its clocks as if these policies had always been in force."""
        from plaintickets.core.servicedesk.facts import facts_of, terms_over_time
        from plaintickets.core.status_times import status_times

        config = self._project.config
        terms = terms_over_time(ticket, events, policies.terms)
        if all(fact.terms is None for fact in terms):
            return 0, []
        project = self._project
        said = comments() if comments is not None else project.comments(project.document_at(ticket.path))
        times = status_times(events).get(ticket.id, [])
        facts = [*terms, *facts_of(ticket, times, events, said, config, self.now)]
        return max(fact.at for fact in facts), standing_clocks(facts, self.now, config.is_done)

    def _judged_then(
        self, ticket: Ticket, comments: Comments | None, events: Sequence[Event], past: PastPolicies
    ) -> tuple[int, list[StandingClock]]:
        """Return the last fact, and the clocks: what runs by the policies of today, what has ended by those of then."""
        found, latest = [], 0
        start = min((event.date for event in events), default=0)
        for policies in past.since(start):
            last, replayed = self._replayed(ticket, comments, events, policies)
            latest = max(latest, last)
            for standing in replayed:
                ended = standing.clock.ended
                judges = self._today if ended is None else past.at(ended)
                if judges is policies:
                    found.append(standing)
        return latest, sorted(found, key=lambda one: (CLOCKS.index(one.clock.name), one.clock.number))

    def _events_of(self, ticket: str) -> list[Event]:
        """Return the events of a ticket: of a few tickets those of each, else those of all; a new one has none."""
        if ticket in self._single:
            return self._single[ticket]
        is_of_today = self._project.git is not None and not self._project.is_past
        if self._events is None and is_of_today and len(self._single) < FEW:
            is_new = self._project.path_of_exactly(ticket) is None and ticket not in self._project.paths
            self._single[ticket] = [] if is_new else _history(self._project, ticket).events
            return self._single[ticket]
        return self._events_of_all().get(ticket, [])

    def _events_of_all(self) -> Mapping[str, list[Event]]:
        if self._events is None:
            self._events = self._read()
        return self._events


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
    if project.git is None:
        project.around.notify("note: not a git repository: times come from the tickets' keys alone")
        return []
    return _history(project, revision=revision or project.revision).events


def _history(project: Project, ticket: str | None = None, revision: str = "HEAD") -> History:
    from plaintickets.actions.log import history

    found = history(project, ticket, revision=revision)
    if not found.complete:
        raise UnreadableError(
            "this clone is shallow: what happened before it is not known, so neither is the time of anything",
            hint="git fetch --unshallow",
        )
    return found


def project_at(project: Project, revision: str) -> tuple[Project, int]:
    """Return the project as it was at a revision, and when that was; the project itself and now without one."""
    if revision:
        from plaintickets.past_project import at

        project = at(project, revision)
    return project, int(project.moment.timestamp())


def with_policies_of(project: Project, tried: TriedFile, file: str = "sla.yml") -> None:
    """Use the policies of a file that is not in force, instead of those of `sla.yml` or another file of the settings.

    Raise UnreadableError for a file with problems, which are named with its path.
    """
    from plaintickets.store.settings import ConfigError, limited, read_contents

    contents = {**read_contents(project.place.store), file: limited(tried.content)}
    problems = project.use_settings(contents, {file: tried.path})
    if problems:
        raise ConfigError(problems)


def chosen(found: Iterable[TicketClocks], *, breached: bool, warning: bool) -> list[tuple[str, str, Clock]]:
    """Return the clocks that run or stand still; with `breached` or `warning`, those that are, met late included."""
    rows = ((one.ticket.id, one.ticket.title, clock) for one in found for clock in one.clocks)
    if breached or warning:
        return [row for row in rows if (breached and row[2].state == "breached") or (warning and row[2].is_warning)]
    return [row for row in rows if row[2].ended is None]


def missed(found: Iterable[TicketClocks], within: int) -> list[tuple[str, str, Clock]]:
    """Return the live clocks that have missed their deadline, or will within so many working seconds."""
    rows = chosen(found, breached=False, warning=False)
    return [row for row in rows if row[2].state == "breached" or (row[2].state == "running" and row[2].left < within)]
