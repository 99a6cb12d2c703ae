"""What reports count of a history, kept in two files for the newest commit: statuses over time, and events.

The texts of comments and descriptions are not in it. The files can be deleted at any time; a damaged one, or one of
another commit, is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.event import CREATED, RULE_TRAILER, Event, Revision
from plaintickets.core.status_times import StatusTime, status_times
from plaintickets.store import derived_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.history.timeline import History

SCHEMA = 2
_STATUSES, _EVENTS = "report-statuses.json", "report-events.json"


class ReportHistory(NamedTuple):
    """The statuses of all tickets over time, their events without texts if asked for, and whether they are all.

    `known_from` is when the history of a shallow clone begins, in seconds since 1970.
    """

    times: dict[str, list[StatusTime]]
    events: Sequence[Event]
    complete: bool
    known_from: int | None


def kept_statuses(folder: str, key: Sequence[object]) -> dict[str, Any] | None:
    """Return the statuses that were kept in a folder under a key, None for none."""
    return _kept(f"{folder}/{_STATUSES}", key)


def kept_events(folder: str, key: Sequence[object]) -> dict[str, Any] | None:
    """Return the events that were kept in a folder under a key, None for none."""
    return _kept(f"{folder}/{_EVENTS}", key)


def _kept(path: str, key: Sequence[object]) -> dict[str, Any] | None:
    found = derived_json.read_checked(path)
    return found if found is not None and found["key"] == [SCHEMA, *key] else None


def reduced(history: History) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what reports count of a history, as plain values for two files."""
    names: dict[str, int] = {}
    rows = [
        [ticket, [part for time in times for part in (time.start, names.setdefault(time.status, len(names)))]]
        for ticket, times in status_times(history.events).items()
    ]
    statuses = {"names": [*names], "times": rows, "complete": history.complete, "from": _known_from(history)}
    commits: dict[str, int] = {}
    revisions: list[list[object]] = []
    events = []
    for event in history.events:
        place = commits.setdefault(event.commit, len(commits))
        if place == len(revisions):
            revisions.append(_packed_revision(event.revision))
        was = "" if event.was == event.ticket else event.was
        events.append([event.ticket, was, place, event.kind, event.field, *_values(event)])
    return statuses, {"revisions": revisions, "events": events}


def keep(folder: str, key: Sequence[object], statuses: dict[str, Any], events: dict[str, Any]) -> None:
    """Keep what `reduced` returned under a key."""
    derived_json.write_checked(f"{folder}/{_EVENTS}", {"key": [SCHEMA, *key], **events})
    derived_json.write_checked(f"{folder}/{_STATUSES}", {"key": [SCHEMA, *key], **statuses})


def _known_from(history: History) -> int | None:
    """Return the time from which a shallow clone knows all that happened."""
    dates = [event.date for event in history.events if event.commit in history.boundary]
    return max(dates or (event.date for event in history.events), default=None)


def _packed_revision(revision: Revision) -> list[object]:
    trailers = revision.trailers if RULE_TRAILER in revision.trailers else ""
    who = (revision.author, revision.email)
    return [revision.commit, *who, revision.date, revision.committed, revision.subject, trailers, revision.is_merge]


def _values(event: Event) -> tuple[object, object]:
    """Return the values before and after; of a comment without its text, of a text none."""
    if event.kind == "text":
        return None, None
    if event.kind == "commented":
        before, after = (
            {**value, "text": ""} if isinstance(value, dict) else value for value in (event.before, event.after)
        )
        return before, after
    return event.before, event.after


def restored(statuses: dict[str, Any]) -> ReportHistory:
    """Return a history without events, of which `reduced` made plain values."""
    names = statuses["names"]
    times = {
        ticket: [StatusTime(row[at], names[row[at + 1]]) for at in range(0, len(row), 2)]
        for ticket, row in statuses["times"]
    }
    return ReportHistory(times, (), statuses["complete"], statuses["from"])


def restored_events(events: dict[str, Any], fields: Sequence[str] = ()) -> list[Event]:
    """Return the events of which `reduced` made plain values.

    With `fields`, they are the creations and the changes of these fields.
    """
    revisions = [Revision(*row) for row in events["revisions"]]
    return [
        Event(ticket, was or ticket, kind, field, before, after, (), revisions[place])
        for ticket, was, place, kind, field, before, after in events["events"]
        if not fields or field in fields or kind == CREATED
    ]
