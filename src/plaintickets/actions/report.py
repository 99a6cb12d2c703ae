"""Compute a report: a table of tickets, of their history, or of a query, over a period."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import UnknownNameError, UsageError
from plaintickets.project import COMMENTS_LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.actions.report_inputs import ReportInputs
    from plaintickets.core.config import Config
    from plaintickets.core.event import Event
    from plaintickets.core.periods import Unit
    from plaintickets.core.servicedesk.clocks import Clock
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Table
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.reports import Asked, Report


KNOWN_DUPLICATES = "only tickets that name another one as their original: look-alikes are not looked for"


class Wanted(NamedTuple):
    """The tickets and the period of a report, and its other options, as the user types them; empty if not given."""

    query: str = ""
    since: str = ""
    until: str = ""
    per: Unit | None = None
    by: str = ""
    hours: str = ""
    milestone: str = ""
    partial: bool = False
    people: bool = False

    @property
    def given(self) -> list[str]:
        """Return the names of the given options that not every report understands."""
        return [name for name, value in self._asdict().items() if value and name != "query"]


class Part(NamedTuple):
    """The part of a store that a report may count, for readers who may not see the rest, or see no more than it.

    `now` is the moment of the report. `tickets` are as these readers see them; None: all, and removed ones.
    `events` are those that the readers may know; None: all of these tickets. `since` is from when on they know a
    ticket, if not from its beginning. Without `with_alike` no tickets are grouped because their texts are alike: the
    readers may not see all of the texts.
    """

    now: datetime
    tickets: Mapping[str, Ticket] | None = None
    events: Mapping[str, Sequence[Event]] | None = None
    since: Mapping[str, int] = {}
    with_alike: bool = True


class Past(NamedTuple):
    """What a report knows of the history: the statuses over time, the events, and notes on what is not known."""

    times: dict[str, list[StatusTime]] | None = None
    events: Mapping[str, Sequence[Event]] = {}
    notes: tuple[str, ...] = ()


def report(
    project: Project, name: str, wanted: Wanted, part: Part | None = None, inputs: ReportInputs | None = None
) -> Table:
    """Return the table of a report, of the whole store or a part of it; several reports may share their inputs.

    Raise UnknownNameError for an unknown report or field, UsageError for an unknown date and for an option that the
    report does not understand;
    UnreadableError if the clone lacks history and `partial` is not set.
    """
    from plaintickets.core.periods import PeriodsError
    from plaintickets.reports import REPORTS, run

    refuse_unknown(name)
    described = REPORTS[name]
    _refuse_options(name, described, wanted)
    if "milestone" in described.options and not wanted.milestone:
        raise UsageError(f"the report {name} needs --milestone NAME", hint="`tk report` lists what each report takes.")
    if inputs is None:
        from plaintickets.actions.report_inputs import ReportInputs

        inputs = ReportInputs(project, part.now if part else None)
    asked, notes = _asked(project, name, described, wanted, part, inputs)
    if described.of_knowledge or described.of_articles:
        from plaintickets.actions.knowledge import knowledge

        asked = asked._replace(knowledge=knowledge(project, asked.tickets, with_questions=described.of_knowledge))
    try:
        table = run(name, asked)
    except PeriodsError:
        many = f"too many {asked.unit}s" + (f" for the groups by {asked.by.field}" if asked.by else "")
        raise UsageError(many, hint="--since, or --per with a longer period.") from None
    return table._replace(notes=[*table.notes, *notes])


def _asked(
    project: Project, name: str, described: Report, wanted: Wanted, part: Part | None, inputs: ReportInputs
) -> tuple[Asked, list[str]]:
    """Return the input of a report, and notes on what it does not hold."""
    from plaintickets.actions.report_options import PEOPLE_NOTE, calendar_of, grouping_of, milestone_of
    from plaintickets.core.servicedesk.people import everybody
    from plaintickets.reports import Asked

    config = project.config
    now, with_alike = inputs.now, part is None or part.with_alike
    since, until = _span(now, wanted)
    by = grouping_of(project, name, described, wanted.by, with_people=wanted.people)
    hours, milestone = calendar_of(project, wanted.hours), milestone_of(project, wanted.milestone)
    tickets, known = inputs.tickets(wanted.query), project.reading.tickets
    if part and part.tickets is not None:
        known = part.tickets
        tickets = [known[ticket.id] for ticket in tickets if ticket.id in known]
    past = _past(described, tickets, wanted, part, inputs)
    classes = {status.name: status.kind for status in config.statuses}
    asked = Asked(
        tickets, past.times, config.done_statuses.__contains__, config.priorities, now, since, until, wanted.per,
        by, past.events, hours, lambda status: classes.get(status, "open"), config.status_names,
        everybody(config.people, config.people_details), wanted.people, milestone,
        known, _defined(config), _clocks(project, tickets, now) if described.of_clocks else (),
        _clusters(project) if described.of_clusters and with_alike else (),
    )  # fmt: skip
    unread = [problem for problem in project.reading.problems if problem.code != COMMENTS_LEFT_OUT]
    files = "1 file" if len(unread) == 1 else f"{len(unread):,} files"
    return asked, [
        *([f"{files} could not be read"] if unread else []),
        *past.notes,
        *([KNOWN_DUPLICATES] if described.of_clusters and not with_alike else []),
        *([f"hours of the calendar {hours.name}"] if wanted.hours and hours.hours is not None else []),
        *([PEOPLE_NOTE] if wanted.people else []),
    ]


def _clocks(project: Project, tickets: list[Ticket], now: datetime) -> list[tuple[Ticket, list[Clock]]]:
    """Return the clocks of tickets at a moment, judged as `tk sla` does.

    Raise RefusedError without a policy, UnreadableError in a shallow clone.
    """
    from plaintickets.actions.sla import Desk

    desk = Desk(project, now=now)
    return [(ticket, desk.listed(ticket).clocks) for ticket in tickets]


def _clusters(project: Project) -> list[list[str]]:
    """Return the ids of the tickets that look alike, as `tk similar --all` groups them."""
    from plaintickets.actions.duplicates import Finder
    from plaintickets.core.similar import CLUSTER

    with Finder(project) as finder:
        finder.refresh()
        return [[ticket.id for ticket in group] for group in finder.clusters(CLUSTER)]


def _defined(config: Config) -> dict[str, list[str]]:
    """Return the names of what the settings define, by kind."""
    return {
        "type": [one.name for one in config.types],
        "status": list(config.status_names),
        "field": [one.name for one in config.fields],
        "rule": list(config.rules),
    }


def _past(
    described: Report, tickets: Sequence[Ticket], wanted: Wanted, part: Part | None, inputs: ReportInputs
) -> Past:
    """Return what happened to the selected tickets, and without a query or a part to removed ones."""
    from plaintickets.core.status_times import known_from

    if described.history == "none":
        return Past()
    found, notes = inputs.history(described, partial=wanted.partial)
    if found is None:
        return Past(notes=notes)
    times = found.times
    if wanted.query or (part and part.tickets is not None):
        selected = {ticket.id for ticket in tickets}
        times = {name: row for name, row in times.items() if name in selected}
    if part:
        times = {name: known_from(row, part.since.get(name)) for name, row in times.items()}
        if part.events is not None:
            return Past(times, part.events, notes)
    events: dict[str, list[Event]] = {}
    for event in found.events:
        if event.ticket in times:
            events.setdefault(event.ticket, []).append(event)
    return Past(times, events, notes)


def refuse_unknown(name: str) -> None:
    """Raise UnknownNameError for an unknown report."""
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.reports import REPORTS

    if name not in REPORTS:
        near = did_you_mean(name, REPORTS) or f"there are {', '.join(REPORTS)}."
        raise UnknownNameError(f"no report '{name}'", hint=near)


def _refuse_options(name: str, described: Report, wanted: Wanted) -> None:
    """Raise UsageError for an option that a report would ignore."""
    for option in wanted.given:
        if option not in described.taken:
            names = ", ".join(f"--{one}" for one in (*described.taken, "at", "format"))
            raise UsageError(f"the report {name} does not take --{option}", hint=f"it takes a query, {names}.")


def _span(now: datetime, wanted: Wanted) -> tuple[datetime | None, datetime]:
    """Return the start of a report, None for the start of the history, and its end, at most just after now."""
    just_after = now + timedelta(seconds=1)
    since = _day(wanted.since, now)
    until = _day(wanted.until, now, end=True)
    end = just_after if until is None else min(until + timedelta(days=1), just_after)
    if since is not None and since >= end:
        raise UsageError(f"nothing is between {wanted.since} and {wanted.until or 'now'}")
    return since, end


def _day(text: str, now: datetime, *, end: bool = False) -> datetime | None:
    """Return the first day of a date; with `end` its last one, for a month or a year."""
    from plaintickets.core.dates import DATE_EXAMPLES, DateError, sign_hint
    from plaintickets.core.query.dates import midnight, typed_period

    if not text:
        return None
    try:
        start, after = typed_period(text, now)
    except DateError as error:
        hint = sign_hint(text) or f"write {DATE_EXAMPLES}."
        raise UsageError(f"invalid date '{text}'{f': {error}' if str(error) else ''}", hint=hint) from None
    return midnight(after - timedelta(microseconds=1) if end else start)
