"""The inputs of reports: the tickets of a project and its history, which is kept for the newest commit."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plaintickets.core.status_times import add_uncommitted
from plaintickets.errors import UnreadableError
from plaintickets.history import report_cache
from plaintickets.history.report_cache import ReportHistory

if TYPE_CHECKING:
    from plaintickets.core.event import Event
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.reports import Report


class ReportInputs:
    """The tickets and the history of a project at a moment; what several of its reports need is read once."""

    def __init__(self, project: Project, now: datetime | None = None) -> None:
        self._project = project
        self.now = now or project.moment
        self._tickets: dict[str, list[Ticket]] = {}
        self._events_of: dict[tuple[str, ...], list[Event]] = {}

    def tickets(self, query: str) -> list[Ticket]:
        """Return the tickets that a query selects.

        Raise QueryError, and UsageError for what the query cannot ask.
        """
        from plaintickets.actions.listing import Filter, select

        if query not in self._tickets:
            self._tickets[query] = select(self._project, Filter(query=query))
        return self._tickets[query]

    def history(self, described: Report, *, partial: bool) -> tuple[ReportHistory | None, tuple[str, ...]]:
        """Return the history with what is not committed, and a note on what is missing.

        The history is None if it is incomplete and the report can do without. Raise UnreadableError if it is
        incomplete, the report needs it, and `partial` is not set.
        """
        if self._project.git is None:
            if described.history == "wanted":
                return None, ("not a git repository: nothing is known of the past",)
            return self._base, ("not a git repository: times come from the tickets' keys alone",)
        found = self._base
        if not found.complete and described.history == "wanted" and not partial:
            return None, ("this clone is shallow: nothing is known of the past; git fetch --unshallow",)
        if not found.complete and not partial:
            raise UnreadableError(
                "this clone has no complete history, so a report would be wrong",
                hint="git fetch --unshallow; or --partial counts the history that the clone has.",
            )
        if described.of_events:
            found = found._replace(events=self._events(described.of_fields))
        if found.complete:
            return found, ()
        start = found.known_from
        day = "nowhere" if start is None else f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d}"
        return found, (f"this clone is shallow: it knows the history from {day} on",)

    @cached_property
    def _base(self) -> ReportHistory:
        """Return the statuses over time, without events."""
        if self._project.git is None:
            found = ReportHistory({}, (), complete=False, known_from=None)
        else:
            kept = report_cache.kept_statuses(*self._kept_under) if self._kept_under else None
            found = report_cache.restored(self._read[0] if kept is None else kept)
        reading = self._project.reading
        add_uncommitted(found.times, reading.tickets, reading.broken, int(self.now.timestamp()))
        return found

    def _events(self, fields: tuple[str, ...]) -> list[Event]:
        if fields not in self._events_of:
            kept = report_cache.kept_events(*self._kept_under) if self._kept_under else None
            self._events_of[fields] = report_cache.restored_events(self._read[1] if kept is None else kept, fields)
        return self._events_of[fields]

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the statuses and the events of the history itself, and keep them."""
        from plaintickets.actions.log import history

        project = self._project
        found = history(project, revision=project.revision)
        statuses, events = report_cache.reduced(found)
        if self._kept_under and not project.is_past and found.complete:
            report_cache.keep(*self._kept_under, statuses, events)
        return statuses, events

    @cached_property
    def _kept_under(self) -> tuple[str, list[object]] | None:
        """Return the folder and the key of what is kept; None without a folder, or if only git knows the commit."""
        key, folder = _key(self._project), self._project.cache
        return (folder, key) if key and folder else None


def _key(project: Project) -> list[object]:
    """Return the conditions under which a history is the same: its commit, the store's place, and the size limit.

    The list is empty if only git can say which commit HEAD is.
    """
    from plaintickets.git.head import commit

    where = project.place
    if project.is_past:
        found: str | None = project.revision
    else:
        found = commit(where.git_dir, where.common_dir)
    return [found, where.prefix, project.config.format_max_file_size] if found else []
