"""Try a rule on the past: on which tickets and when it would have fired."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.computed_fields import moment_text
from plaintickets.actions.rule_context import RuleContext, RuleTests
from plaintickets.core import event as kinds
from plaintickets.core.message import COMMAND_TRAILER
from plaintickets.core.query import has_words, parse
from plaintickets.core.query.inquiry import compared
from plaintickets.core.rule_queries.standing import asks_for_status
from plaintickets.core.servicedesk.automation.marks import repeat_days
from plaintickets.core.servicedesk.automation.triggers import Occurrence, is_triggered
from plaintickets.core.servicedesk.facts import creator_of, side_of, team_of
from plaintickets.core.ticket import Ticket
from plaintickets.core.ticket_parts import comment_from
from plaintickets.query_context import expanded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from plaintickets.actions.sla import Desk
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.project import Project

DAY = 86_400
USUAL_DAYS = 30
MOST_TICKS = 120


class Would(NamedTuple):
    """When a rule would have fired, in seconds since 1970, for which ticket, and what led to it."""

    at: int
    ticket: str
    why: str
    title: str


class PastContext(RuleContext):
    """The context of a query at a moment of the past."""

    def __init__(self, project: Project, at: int, events: Mapping[str, list[Event]], desk: Desk | None) -> None:
        super().__init__(project)
        self._at = at
        self._events = events
        self._past_desk = desk

    @property
    def now(self) -> datetime:
        """Return the moment."""
        return datetime.fromtimestamp(self._at, UTC)

    def lengths(self, ticket: Ticket, field: str) -> Collection[tuple[int, int]]:
        """Return the seconds of a computed field at the moment."""
        if field == "left":
            return [(clock.left, DAY) for clock in self.clocks(ticket) if clock.is_live]
        past = [event for event in self._events.get(ticket.id, ()) if event.date <= self._at]
        if field == "age":
            from plaintickets.core.servicedesk.facts import seconds

            created = seconds(ticket.text("created"))
            return [] if created is None else [(self._at - created, DAY)]
        if field == "in-status":
            past = [event for event in past if event.kind == kinds.CREATED or event.field == "status"]
        return [(self._at - past[-1].date, DAY)] if past else []

    def updated(self, ticket: Ticket) -> str:
        """Return when the ticket had last changed at the moment."""
        past = [event.date for event in self._events.get(ticket.id, ()) if event.date <= self._at]
        return moment_text(max(past)) if past else ""

    def clocks(self, ticket: Ticket) -> Sequence[Clock]:
        """Return the clocks of a ticket at the moment."""
        if self._past_desk is None:
            return ()
        self._past_desk.now = self._at
        return self._past_desk.of(ticket).clocks


def would_fire(project: Project, rule: str, since: int | None) -> tuple[list[Would], list[str]]:
    """Return where a rule would have fired since a moment, in order of time, and notes on what is not known.

    Rules on a change are tried on every change; rules on time once a day. Without `since`, the last 30 days.
    """
    from plaintickets.actions.sla import Desk, events_of

    now = int(project.now.timestamp())
    since = now - USUAL_DAYS * DAY if since is None else since
    events = events_of(project)
    trial = _Trial(project, rule, events, Desk(project, events=lambda: events) if project.config.sla else None)
    found: list[Would] = []
    notes = [
        f"since {datetime.fromtimestamp(max(since, 0), UTC):%Y-%m-%d}; what the rule itself would change is not applied"
    ]
    on = project.config.rules[rule]["on"]
    if set(on) - {"time"}:
        found += trial.on_changes(since)
    if "time" in on:
        step = max(DAY, -(-(now - since) // (MOST_TICKS * DAY)) * DAY)
        found += trial.on_time(range(now - (now - since) // step * step, now + 1, step))
        notes.append(
            f"a rule on time is tried every {step // DAY} days" if step > DAY else "a rule on time is tried once a day"
        )
    notes += trial.notes()
    return sorted(found, key=lambda one: (one.at, one.ticket)), notes


class _Trial:
    """One rule and the history that it is tried on."""

    def __init__(self, project: Project, rule: str, events: Mapping[str, list[Event]], desk: Desk | None) -> None:
        self._project = project
        self._rule = rule
        self._rules = project.config.rules[rule]
        self._events = events
        self._desk = desk
        self._tests: dict[int, RuleTests] = {}
        self._paths = project.paths
        query = parse(expanded(self._rules["if"], project.config.queries), None)
        self._asks_for_closed = asks_for_status(query)
        self._query = query

    def on_changes(self, since: int) -> Iterator[Would]:
        """Yield the changes for which the rule would have fired."""
        config = self._project.config
        for events in self._events.values():
            for commit, ticket in self._states(events):
                first = commit[0]
                if first.date < since or ticket is None:
                    continue
                imported = f"{COMMAND_TRAILER}: import" in first.revision.trailers
                side = self._side_in(ticket, events)
                for event in commit:
                    writer = (event.author, event.author_email)
                    what = Occurrence(event.kind, event.field, event.before, event.after, writer=writer)
                    on = self._rules["on"]
                    if any(is_triggered(one, what, config.is_done, side, imported=imported) for one in on):
                        if self._matches(ticket, first.date):
                            yield Would(first.date, ticket.id, _why(event), ticket.title)
                        break

    def _side_in(self, ticket: Ticket, events: Sequence[Event]) -> Callable[[Occurrence], str]:
        """Return what tells whose a comment on a ticket is."""

        def side(what: Occurrence) -> str:
            comment = comment_from(what.after)
            team = team_of(self._project.config, ticket, creator_of(events))
            return side_of(comment, what.writer, team) if comment is not None else ""

        return side

    def on_time(self, ticks: range) -> Iterator[Would]:
        """Yield the ticks at which the rule would have fired, each once until its query no longer matches."""
        days = repeat_days(self._rules["repeat"])
        for events in self._events.values():
            states = [(commit[0].date, ticket) for commit, ticket in self._states(events)]
            place, fired = -1, None
            for at in ticks:
                while place + 1 < len(states) and states[place + 1][0] <= at:
                    place += 1
                ticket = states[place][1] if place >= 0 else None
                if ticket is None or self._is_left_out(ticket) or not self._matches(ticket, at):
                    fired = None
                elif fired is None or (days > 0 and at - fired >= days * DAY):
                    fired = at
                    yield Would(at, ticket.id, "time", ticket.title)

    def _is_left_out(self, ticket: Ticket) -> bool:
        return not self._asks_for_closed and self._project.config.is_done(ticket.status)

    def notes(self) -> list[str]:
        """Return what the trial does not know."""
        query, found = self._query, []
        if has_words(query):
            found.append("words are looked for in the text of today")
        if any(word in repr(query) for word in ("Is('ready')", "Is('blocked')")):
            found.append("what a ticket depends on is that of today")
        if self._desk is None and any(node.field in {"sla", "left"} for node in compared(query)):
            found.append("no policy is defined, so no clock runs")
        return found

    def _states(self, events: Sequence[Event]) -> Iterator[tuple[list[Event], Ticket | None]]:
        """Yield the events of each commit with the ticket after it, None where it does not exist."""
        keys: dict[str, Value] | None = None
        for _, group in groupby(events, lambda event: event.commit):
            commit = list(group)
            for event in commit:
                if event.kind == kinds.CREATED and isinstance(event.after, dict):
                    keys = dict(event.after)
                elif event.kind == kinds.DELETED:
                    keys = None
                elif event.kind == kinds.CHANGED and keys is not None:
                    keys = (
                        {**keys, event.field: event.after} if event.after is not None else _without(keys, event.field)
                    )
            ticket_id = commit[0].ticket
            path = self._paths.get(ticket_id, f"{ticket_id}.md")
            title = str(keys.get("title", "")) if keys else ""
            yield commit, None if keys is None else Ticket(ticket_id, path, keys, title)

    def _matches(self, ticket: Ticket, at: int) -> bool:
        if at not in self._tests:
            if len(self._tests) > MOST_TICKS:
                self._tests.clear()
            tests = self._tests[at] = RuleTests(self._project)
            tests.context = PastContext(self._project, at, self._events, self._desk)
        return self._tests[at].matches(self._rule, ticket)


def _without(keys: Mapping[str, Value], name: str) -> dict[str, Value]:
    return {key: value for key, value in keys.items() if key != name}


def _why(event: Event) -> str:
    from plaintickets.core.change import shown

    if event.kind == kinds.CHANGED:
        return f"{event.field}: {shown(event.before)} -> {shown(event.after)}"
    return event.kind
