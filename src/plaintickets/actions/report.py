"""Compute a report: a table of tickets, of their history, or of a query, over a period."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import UnreadableError, UsageError
from plaintickets.project import COMMENTS_LEFT_OUT

if TYPE_CHECKING:
    from plaintickets.core.periods import Unit
    from plaintickets.core.status_times import StatusTime
    from plaintickets.core.table import Table
    from plaintickets.project import Project


class Wanted(NamedTuple):
    """The tickets and the period of a report; dates as the user types them, empty for the whole history."""

    query: str = ""
    since: str = ""
    until: str = ""
    unit: Unit = "week"
    partial: bool = False


def report(project: Project, name: str, wanted: Wanted) -> Table:
    """Return the table of a report.

    Raise UsageError for an unknown report or date, UnreadableError if the clone lacks history and `partial` is
    not set.
    """
    from plaintickets.actions.listing import Filter, select
    from plaintickets.reports import REPORTS, Asked, run

    refuse_unknown(name)
    tickets = select(project, Filter(query=wanted.query))
    unread = [problem for problem in project.reading.problems if problem.code != COMMENTS_LEFT_OUT]
    notes = [f"{len(unread)} files could not be read"] if unread else []
    times: dict[str, list[StatusTime]] = {}
    if REPORTS[name].of_history:
        times, complete = _status_times(project, partial=wanted.partial)
        notes += [] if complete else ["this clone is shallow: older history is not counted"]
    if wanted.query:
        selected = {ticket.id for ticket in tickets}
        times = {ticket: row for ticket, row in times.items() if ticket in selected}
    since, until = _span(project, wanted)
    asked = Asked(
        tickets, times, project.config.is_done, project.config.priorities, project.now, since, until, wanted.unit
    )
    try:
        table = run(name, asked)
    except ValueError:
        raise UsageError(f"too many {wanted.unit}s", hint="--since, or --per with a longer period.") from None
    return table._replace(notes=[*table.notes, *notes])


def _status_times(project: Project, *, partial: bool) -> tuple[dict[str, list[StatusTime]], bool]:
    """Return the statuses of all tickets over time, and whether the clone has the whole history."""
    from plaintickets.actions.log import history
    from plaintickets.core.status_times import status_times

    found = history(project)
    if not found.complete and not partial:
        raise UnreadableError(
            "this clone has no complete history, so a report would be wrong",
            hint="git fetch --unshallow; or --partial counts the history that the clone has.",
        )
    return status_times(found.events), found.complete


def refuse_unknown(name: str) -> None:
    """Raise UsageError for an unknown report."""
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.reports import REPORTS

    if name not in REPORTS:
        raise UsageError(f"no report '{name}'", hint=did_you_mean(name, REPORTS) or f"there are {', '.join(REPORTS)}.")


def _span(project: Project, wanted: Wanted) -> tuple[datetime | None, datetime]:
    """Return the start of a report, None for the start of the history, and its end, at most now."""
    now = project.now
    since = _day(wanted.since, now)
    until = _day(wanted.until, now, end=True)
    end = now if until is None else min(until + timedelta(days=1), now)
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
