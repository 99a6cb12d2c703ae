"""How long askers waited for the first public answer of the team, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.event import COMMENTED, CREATED
from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.facts import RULE_AUTHOR, Team, seconds
from plaintickets.core.servicedesk.people import by_form
from plaintickets.reports import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.event import Event
    from plaintickets.core.table import Table
    from plaintickets.core.ticket import Ticket
    from plaintickets.reports import Asked

COLUMNS = grouped.COLUMNS


def report(asked: Asked) -> Table:
    """Measure the time from the beginning to the first public answer, of the tickets begun in the time of the report.

    An answer is a comment that is not internal, by somebody of the team: the people of the settings, or everybody
    where these name nobody, but never the reporter.
    """
    start = asked.since.timestamp() if asked.since is not None else float("-inf")
    end = asked.until.timestamp()
    people = frozenset(by_form(asked.people))
    lengths: dict[str, grouped.Timed] = {}
    waiting = closed = 0
    for ticket in asked.tickets:
        times = (asked.times or {}).get(ticket.id)
        if not times or not start <= times[0].start < end:
            continue
        events = asked.events.get(ticket.id, ())
        team = _team(ticket, events, people)
        first = min((when for when in answers(events, team) if when < end), default=None)
        if first is not None:
            begun = times[0].start
            lengths[ticket.id] = grouped.Timed(begun, asked.hours.elapsed(begun, first))
        elif asked.is_done(ticket.status):
            closed += 1
        else:
            waiting += 1
    note = f"without an answer: {waiting:,} open, {closed:,} closed"
    return grouped.table("Time to the first answer", lengths, asked, [note])


def answers(events: Sequence[Event], team: Team) -> Iterator[int]:
    """Yield when each public comment of the team was written.

    Edits and removals of comments, and what rules wrote, are no answers. A comment without an author is by the author
    of its commit, one without a readable date was written at its commit.
    """
    for event in events:
        value = event.after
        if event.kind != COMMENTED or event.before is not None or not isinstance(value, dict):
            continue
        author = str(value.get("author") or "")
        names = (author,) if author else (event.author, event.author_email)
        if value.get("internal") == "true" or author.startswith(RULE_AUTHOR) or not team.has(*names):
            continue
        when = seconds(str(value.get("date") or ""))
        yield event.date if when is None else when


def _team(ticket: Ticket, events: Sequence[Event], people: frozenset[str]) -> Team:
    """Return who answers a ticket; its requester is the reporter, or else who created it and is not of the people."""
    reporter = ticket.text("reporter")
    if reporter:
        return Team(people, frozenset(person_forms(reporter)))
    created = next((event for event in events if event.kind == CREATED), None)
    forms = {created.author.casefold(), created.author_email.casefold()} - {""} if created is not None else set()
    return Team(people, frozenset() if forms & people else frozenset(forms))
