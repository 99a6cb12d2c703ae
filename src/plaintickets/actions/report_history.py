"""The history of a store as reports count it, from what was kept of the newest commit, or read again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from plaintickets.errors import UnreadableError
from plaintickets.history.report_cache import ReportHistory

if TYPE_CHECKING:
    from plaintickets.project import Project
    from plaintickets.reports import Report


def report_history(
    project: Project, described: Report, *, partial: bool
) -> tuple[ReportHistory | None, tuple[str, ...]]:
    """Return the history, None if it is incomplete and the report can do without, and a note on what is missing.

    Raise UnreadableError if it is incomplete, the report needs it, and `partial` is not set.
    """
    if project.git is None:
        if described.history == "wanted":
            return None, ("not a git repository: nothing is known of the past",)
        note = "not a git repository: times come from the tickets' keys alone"
        return ReportHistory({}, (), complete=False, known_from=None), (note,)
    found = _found(project, described)
    if found.complete:
        return found, ()
    if partial:
        start = found.known_from
        day = "nowhere" if start is None else f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d}"
        return found, (f"this clone is shallow: it knows the history from {day} on",)
    if described.history == "wanted":
        return None, ("this clone is shallow: nothing is known of the past; git fetch --unshallow",)
    raise UnreadableError(
        "this clone has no complete history, so a report would be wrong",
        hint="git fetch --unshallow; or --partial counts the history that the clone has.",
    )


def _found(project: Project, described: Report) -> ReportHistory:
    from plaintickets.actions.log import history
    from plaintickets.history import report_cache

    key, folder = _key(project), project.cache
    if key and folder:
        kept = report_cache.read(folder, key, with_events=described.of_events, fields=described.of_fields)
        if kept is not None:
            return kept
    found = history(project, revision=project.revision)
    statuses, events = report_cache.reduced(found)
    if key and folder and not project.is_past and found.complete:
        report_cache.keep(folder, key, statuses, events)
    return report_cache.restored(statuses, events if described.of_events else None, described.of_fields)


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
