"""The clocks of the tickets of a project, from its policies and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.query import QueryError
from plaintickets.core.servicedesk.calendar import ALWAYS
from plaintickets.core.servicedesk.clocks import clocks
from plaintickets.core.servicedesk.facts import facts_of, terms_over_time
from plaintickets.core.servicedesk.policies import terms_of
from plaintickets.core.status_times import status_times
from plaintickets.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

    from plaintickets.core.event import Event
    from plaintickets.core.servicedesk.calendar import Calendar
    from plaintickets.core.servicedesk.clocks import Clock, Terms
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

    Test = Callable[[Ticket], bool]


class TicketClocks(NamedTuple):
    """A ticket with its clocks at a moment; `policy` is the one that it matches now, empty for none."""

    ticket: Ticket
    policy: str
    clocks: list[Clock]


class Desk:
    """The policies of a project with their calendars and queries, and the events of its tickets."""

    def __init__(self, project: Project, revision: str = "HEAD", now: int | None = None) -> None:
        self._project = project
        self._revision = revision
        self.now = int(project.now.timestamp()) if now is None else now
        self.calendars: dict[str, Calendar] = {}
        if not project.config.sla:
            raise RefusedError("no policy is defined", hint="`sla` in the settings holds them; see `tk help config`.")
        self._tests: dict[str, Test] = {name: self._test(name) for name in project.config.sla}
        self._events: Mapping[str, list[Event]] | None = None
        self._terms: dict[tuple[str, str], Terms] = {}

    def of(self, ticket: Ticket) -> TicketClocks:
        """Return a ticket with its clocks.

        Raise UnreadableError in a shallow clone, which cannot know.
        """
        config = self._project.config
        policy = self.policy_of(ticket)
        events = self._events_of(ticket.id)
        terms = terms_over_time(ticket, events, self._terms_of)
        if all(fact.terms is None for fact in terms):
            return TicketClocks(ticket, policy, [])
        comments = self._project.comments(self._project.document_at(ticket.path))
        times = status_times(events).get(ticket.id, [])
        facts = facts_of(ticket, times, events, comments, config, self.now)
        return TicketClocks(ticket, policy, clocks([*terms, *facts], self.now, config.is_done))

    def policy_of(self, ticket: Ticket) -> str:
        """Return the name of the first policy whose query a ticket matches, empty for none."""
        return next((name for name, test in self._tests.items() if test(ticket)), "")

    def zone_of(self, clock: Clock) -> tzinfo:
        """Return the time zone of the calendar of a clock's policy."""
        return self._calendar_of(clock.policy).zone

    def workday_of(self, policy: str) -> int:
        """Return how many seconds a day of the calendar of a policy is."""
        return self._calendar_of(policy).workday

    def _terms_of(self, ticket: Ticket) -> Terms | None:
        config, name = self._project.config, self.policy_of(ticket)
        if not name:
            return None
        number = ticket.priority
        known = config.priorities
        priority = known[number] if number is not None and number < len(known) else ""
        if (name, priority) not in self._terms:
            self._terms[name, priority] = terms_of(config.sla[name], self._calendar_of(name), config.statuses, priority)
        return self._terms[name, priority]

    def _calendar_of(self, policy: str) -> Calendar:
        from plaintickets.actions.calendars import calendar_named

        name = self._project.config.sla[policy].get("calendar") or ALWAYS
        if name not in self.calendars:
            self.calendars[name] = calendar_named(self._project, name)
        return self.calendars[name]

    def _test(self, name: str) -> Test:
        """Return the test of a policy's query, which cannot ask for what policies compute."""
        from plaintickets.core.query import compile_query, parse
        from plaintickets.query_context import QueryContext, expanded, held_fields

        project = self._project
        text = project.config.sla[name].get("if", "")
        try:
            query = parse(expanded(text, project.config.queries), held_fields(project))
            return compile_query(query, QueryContext(project))
        except QueryError as error:
            source = project.config.source(f"sla.{name}")
            raise UnreadableError(f"{source}: the policy {name}: {error}", hint=error.hint) from None

    def _events_of(self, ticket: str) -> list[Event]:
        if self._events is None:
            self._events = events_of(self._project, self._revision)
        return self._events.get(ticket, [])


def events_of(project: Project, revision: str = "HEAD") -> dict[str, list[Event]]:
    """Return the events of each ticket, none outside a repository.

    Raise UnreadableError in a shallow clone, which cannot know.
    """
    from plaintickets.actions.log import history

    if project.git is None:
        project.around.notify("note: not a git repository: times come from the tickets' keys alone")
        return {}
    found = history(project, revision=revision)
    if not found.complete:
        raise UnreadableError(
            "this clone is shallow: what happened before it is not known, so neither are the clocks",
            hint="git fetch --unshallow",
        )
    events: dict[str, list[Event]] = {}
    for event in found.events:
        events.setdefault(event.ticket, []).append(event)
    return events


def project_at(project: Project, revision: str) -> tuple[Project, int]:
    """Return the project as it was at a revision, and when that was; the project itself and now without one."""
    if not revision:
        return project, int(project.now.timestamp())
    from plaintickets.git.revisions import commit_named
    from plaintickets.past_project import at

    past = at(project, revision)
    if past.git is None:
        raise RefusedError("not a git repository, so there are no revisions")
    commit = commit_named(past.git, revision)
    return past, int(past.git.read("show", "-s", "--format=%ct", "--end-of-options", commit))


def with_policies_of(project: Project, content: bytes) -> None:
    """Use the policies of a file that is not in force, instead of those of `sla.yml`.

    Raise UnreadableError for a file with problems.
    """
    from plaintickets.store.settings import ConfigError, read_contents

    contents = {**read_contents(project.place.store), "sla.yml": content}
    problems = project.use_settings(contents)
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
