"""What the clocks need to know of a ticket: its states over time, its public comments, and who wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.event import CHANGED, CREATED
from plaintickets.core.moments import timestamp
from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.clocks import Fact
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.clocks import Terms
    from plaintickets.core.status_times import StatusTime


REQUESTER, TEAM = "requester", "team"
RULE_AUTHOR = "rule:"
"""The beginning of the author of a comment that a rule wrote; it is neither an answer nor a question."""


class Team(NamedTuple):
    """Who answers: the people of the settings, or everybody but the requester where the settings name nobody."""

    people: frozenset[str]
    requester: frozenset[str]

    def has(self, *names: str) -> bool:
        """Tell whether a person of these names is of the team."""
        forms = {form for name in names if name for form in person_forms(name)}
        if forms & self.requester:
            return False
        return bool(forms & self.people) if self.people else True


def creator_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the name and mail of who created a ticket, nothing if its events do not say."""
    by = next((event for event in events if event.kind == CREATED), None)
    return () if by is None else (by.author, by.author_email)


def team_of(config: Config, ticket: Ticket, creator: Iterable[str]) -> Team:
    """Return the team of a ticket, whose requester is its reporter, or else who created it."""
    people = frozenset(form for person in config.people for form in person_forms(person))
    reporter = ticket.text("reporter")
    if reporter:
        return Team(people, frozenset(person_forms(reporter)))
    forms = frozenset(name.casefold() for name in creator)
    return Team(people, frozenset() if forms & people else forms - {""})


def side_of(comment: Comment, writer: Iterable[str], team: Team) -> str:
    """Return TEAM or REQUESTER for a public comment, empty for an internal one and for one of a rule.

    `writer` are the names of who committed a comment without an author.
    """
    if comment.internal or comment.author.startswith(RULE_AUTHOR):
        return ""
    return TEAM if team.has(*((comment.author,) if comment.author else writer)) else REQUESTER


def facts_of(
    ticket: Ticket,
    times: Sequence[StatusTime],
    events: Sequence[Event],
    comments: Iterable[Comment],
    config: Config,
    now: int,
) -> list[Fact]:
    """Return the facts of a ticket but the terms, from its statuses, its events and its comments."""
    start = seconds(ticket.text("created"))
    created = times[0].start if times else start if start is not None else now
    facts = [Fact(created, "created", times[0].status if times else ticket.status)]
    merged = bool(ticket.text("duplicate-of"))
    status = facts[0].status
    for time in times[1:]:
        status = time.status or status
        kind = "merged" if merged and config.is_done(status) else "status"
        facts.append(Fact(time.start, kind if time.status else "merged", status))
    if not times and config.is_done(ticket.status) and (closed := seconds(ticket.text("closed"))) is not None:
        facts[0] = facts[0]._replace(status="")
        facts.append(Fact(closed, "merged" if merged else "status", ticket.status))
    elif status != ticket.status:
        facts.append(Fact(now, "merged" if merged and config.is_done(ticket.status) else "status", ticket.status))
    team = team_of(config, ticket, creator_of(events))
    return [*facts, *_comments(comments, events, team), *_starts(events, config, team)]


def _comments(comments: Iterable[Comment], events: Sequence[Event], team: Team) -> Iterator[Fact]:
    """Yield the public comments; one without an author is by the author of its commit."""
    authors = {
        str(event.after["date"]): event
        for event in events
        if event.kind == "commented" and isinstance(event.after, dict) and "date" in event.after
    }
    for comment in comments:
        when, by = seconds(comment.date), authors.get(comment.date)
        side = side_of(comment, (by.author, by.author_email) if by is not None else (), team)
        if side and when is not None:
            yield Fact(when, side)


def _starts(events: Iterable[Event], config: Config, team: Team) -> Iterator[Fact]:
    """Yield the moves into an active or done status by the team."""
    for event in events:
        if event.kind == CHANGED and event.field == "status" and isinstance(event.after, str):
            status = config.status(event.after)
            if status and status.kind in {"active", "done"} and team.has(event.author, event.author_email):
                yield Fact(event.date, "started")


def terms_over_time(ticket: Ticket, events: Sequence[Event], terms: Callable[[Ticket], Terms | None]) -> list[Fact]:
    """Return the terms in force from the creation on, and from each change of the ticket that gave it others."""
    facts: list[Fact] = []
    for at, keys in _states(ticket, events):
        found = terms(Ticket(ticket.id, ticket.path, keys, ticket.title))
        if not facts or found != facts[-1].terms:
            facts.append(Fact(at, "terms", terms=found))
    return facts


def _states(ticket: Ticket, events: Sequence[Event]) -> Iterator[tuple[int, dict[str, Value]]]:
    """Yield the front matter after each commit, without what the status says; the last is that of today."""
    keys: dict[str, Value] | None = None
    at = 0
    for event in events:
        if event.kind == CREATED and isinstance(event.after, dict):
            keys = {name: value for name, value in event.after.items() if name != "title"}
        elif event.kind == CHANGED and keys is not None and event.field not in {"title", "status"}:
            if event.date != at and at:
                yield at, {**keys, "status": ticket.status}
            if not at:
                yield 0, {**keys, "status": ticket.status}
            at = event.date
            keys = {name: value for name, value in keys.items() if name != event.field}
            if event.after is not None:
                keys[event.field] = event.after
    yield at, ticket.keys


def seconds(text: str) -> int | None:
    """Return a moment of a ticket in seconds since 1970, None for text that is none."""
    when = timestamp(text)
    return None if when is None else int(when.timestamp())
